/* test_redact.c -- secrets are found, replaced on their line, and put back. */
#include "base/buf.h"
#include "prompt/redact.h"
#include "test.h"
#include "trimtab/error.h"

/* Secrets in the tables are split in two, so that no scanner takes this file for a leak. */
static const struct {
    const char *text, *want; /* # for each secret; NULL: nothing is found */
} cases[] = {
    /* keys with a shape */
    { "key = AKIA"
      "IOSFODNN7EXAMPL1",
      "key = #" },
    { "AKIA"
      "short",
      NULL },
    { "xAKIA"
      "IOSFODNN7EXAMPL1",
      NULL },
    { "g = 'AIza"
      "SyA0123456789abcdefghijklmnopqrstuv'",
      "g = '#'" },
    /* a placeholder beside a letter could not be told from a longer name */
    { "t = ghp_"
      "0123456789abcdefghijklmnopqrstuvwxyz_old + 1",
      "t = # + 1" },
    { "t := \"ghp_"
      "0123456789abcdefghijklmnopqrstuvwxyz\"",
      "t := \"#\"" },
    { "ghp_"
      "0123",
      NULL },
    { "xoxb-"
      "1234567890-abc",
      "#" },
    { "sk_live_"
      "0123456789abcdef0",
      "#" },
    { "use(sk-ant-"
      "api03-abcdefghijklmnop)",
      "use(#)" },
    { "ask-for-a-very-long-time-please", NULL },
    { "sk-learn", NULL },
    { "eyJhbGciOiJIUzI1NiJ9."
      "eyJzdWIiOiIxMjM0In0.abcDEF-_123",
      "#" },
    { "eyJhbGciOiJIUzI1NiJ9.x.y", NULL },
    /* private keys, by line and in one literal */
    { "-----BEGIN RSA PRIVATE "
      "KEY-----\nMIIEpAIBAAKCAQEA\nabcdefgh1234==\n-----END RSA PRIVATE KEY-----\nok",
      "-----BEGIN RSA PRIVATE "
      "KEY-----\n#\n#\n-----END RSA PRIVATE KEY-----\nok" },
    { "k = \"-----BEGIN PRIVATE "
      "KEY-----\\nMIIEpAIBAAK1\\nabcdefgh12\\n-----END PRIVATE KEY-----\"",
      "k = \"-----BEGIN PRIVATE "
      "KEY-----\\n#\\n#\\n-----END PRIVATE KEY-----\"" },
    { "-----BEGIN PRIVATE "
      "KEY-----\nMIIEpAIBAAK2",
      "-----BEGIN PRIVATE "
      "KEY-----\n#" },
    { "k = \"-----BEGIN PRIVATE "
      "KEY-----\\n\" +\n    \"MIIEpAIBAAK5\\n\" +\n    \"abcdefgh56==\\n\" +\n    \"-----END\"",
      "k = \"-----BEGIN PRIVATE "
      "KEY-----\\n\" +\n    \"#\\n\" +\n    \"#\\n\" +\n    \"-----END\"" },
    { "-----BEGIN RSA PRIVATE "
      "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,0123\n\nMIIEpAIBAAK6\n-----END",
      "-----BEGIN RSA PRIVATE "
      "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,0123\n\n#\n-----END" },
    { "k = (b'-----BEGIN PRIVATE "
      "KEY-----\nMIIEpAIBAAKCAQEAabcdefghijklmnopqrstuvwxyzabcdefghijkl\nabcdefghij==\n-----END",
      "k = (b'-----BEGIN PRIVATE "
      "KEY-----\n#\n#\n-----END" },
    /* code that handles keys */
    { "if (key.startsWith(\"-----BEGIN PRIVATE "
      "KEY-----\")) {\n  return privateKey1234\n}",
      NULL },
    { "const HEAD = \"-----BEGIN PRIVATE "
      "KEY-----\";\nconst normalised1 = strip(privateKey1234);\n",
      NULL },
    { "marks = [\"-----BEGIN PRIVATE "
      "KEY-----\",\n  privateKeyHeader,\n  normalisedHeader,\n]",
      NULL },
    { "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAK3\n-----END CERTIFICATE-----", NULL },
    { "-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAK4\n-----END PUBLIC KEY-----", NULL },
    /* passwords in URLs */
    { "postgres://app:s3cr"
      "et@db:5432/x",
      "postgres://app:#@db:5432/x" },
    { "url=amqp://:"
      "pw1@h",
      "url=amqp://:#@h" },
    { "https://user@host/a:b@c", NULL },
    { "https://host:8080/a@b", NULL },
    { "f\"postgres://{user}:{password}@{host}\"", NULL },
    { "`redis://u:${pw}@h`", NULL },
    { "postgres://%s:%s@%s", NULL },
    /* literals with a telling name */
    { "password = \"hunt"
      "er2\"",
      "password = \"#\"" },
    { "PASSWORD: 'p@ss"
      "word'",
      "PASSWORD: '#'" },
    { "\"clientSecret\": \"0a1b2c"
      "3d4e\",",
      "\"clientSecret\": \"#\"," },
    { "const token: string = \"f81d4fae7dec"
      "11d0a76500a0c91e6bf6\";",
      "const token: string = \"#\";" },
    { "let api_key: &str = \"abc12345"
      "\";",
      "let api_key: &str = \"#\";" },
    { "static const char api_key[] = \"abc12345"
      "\";",
      "static const char api_key[] = \"#\";" },
    { "var jwtKey = []byte(\"my_secret_k"
      "3y\")",
      "var jwtKey = []byte(\"#\")" },
    { "os.getenv(\"JWT_SECRET\", \"dev-secret-1"
      "23\")",
      "os.getenv(\"JWT_SECRET\", \"#\")" },
    { "h.set('Authorization', 'Bearer 0123456789ab"
      "cdefXYZ')",
      "h.set('Authorization', 'Bearer #')" },
    { "secret => 'abc"
      "1234'",
      "secret => '#'" },
    { "jwt.sign(p, 'shhhh')", NULL },
    { "return jwt.sign({ sub: id }, \"shop-secret-"
      "2024\", { algorithm: \"HS256\" });",
      "return jwt.sign({ sub: id }, \"#\", { algorithm: \"HS256\" });" },
    { "jwt.decode(token, 's3cret"
      "-key', algorithms=['HS256'])",
      "jwt.decode(token, '#', algorithms=['HS256'])" },
    { "createHmac('sha256', 'k3y-of-"
      "mine').update(x)",
      "createHmac('sha256', '#').update(x)" },
    { "hmac.new(b'k3y-of-"
      "mine', body)",
      "hmac.new(b'#', body)" },
    { "jwt.sign(p, process.env.KEY1, 'HS256')", NULL },
    { "f(x, 'not-a-secret-1')", NULL },
    { "password = input(\"password1: \")", NULL },
    { "password = get_password()", NULL },
    { "token = request.headers[\"x-token-1\"]", NULL },
    { "token_url = \"https://id.example.com/oauth2/token\"", NULL },
    { "password_field = \"password1\"", NULL },
    { "JWT_ALGORITHM = \"HS256\"", NULL },
    { "secret = \"${SECRET_1}\"", NULL },
    { "password: \"string\"", NULL },
    { "secretName: \"my-app-secret\"", NULL },
    { "primary_key = \"550e8400-e29b-41d4\"", NULL },
    { "author = \"J. R. R. Tolkien 1892\"", NULL },
    { "token = \"\"", NULL },
    { "h['Authorization'] = 'Basic QWxhZGRpbjpvcGVu"
      "IHNlc2FtZQ'",
      "h['Authorization'] = 'Basic #'" },
    { "'Authorization': 'Basic ' + credentials", NULL },
    { "'WWW-Authenticate': 'Basic realm=x1'", NULL },
    { "password = \"open", NULL },
    /* parameters of URLs and connection strings */
    { "c = \"Server=db;User Id=sa;Password=hunt"
      "er;Timeout=3\"",
      "c = \"Server=db;User Id=sa;Password=#;Timeout=3\"" },
    { "c = 'Pwd=hunt"
      "er2;Server=db'",
      "c = 'Pwd=#;Server=db'" },
    { "\"jdbc:postgresql://db/app?user=app&password=hunt"
      "er\"",
      "\"jdbc:postgresql://db/app?user=app&password=#\"" },
    { "url: https://x.com/v1?api_key=0123456789ab"
      "cdef&n=1",
      "url: https://x.com/v1?api_key=#&n=1" },
    { "'https://b.blob.core.windows.net/c?sv=2022&sig=abcdEFGH0123%2Bxyz"
      "ZQ%3D'",
      "'https://b.blob.core.windows.net/c?sv=2022&sig=#'" },
    { "\"AccountName=a;AccountKey=abc/def+0123"
      "==;EndpointSuffix=x\"",
      "\"AccountName=a;AccountKey=#;EndpointSuffix=x\"" },
    { "\"Server=db;Password={password};\"", NULL },
    { "$\"Server=db;Password={Password};x\"", NULL },
    { "\"...;Password=your_password;\"", NULL },
    { "\"https://x/?token=\" + token", NULL },
    { "\"?sort=name&key=title\"", NULL },
    { "a;token=next()", NULL },
    { "if (a &&token=b1)", NULL },
    /* addresses that are secrets */
    { "post(\"https://hooks.slack.com/services/T0123456/B0123456/abcdef"
      "ghijkl\")",
      "post(\"https://hooks.slack.com/services/#\")" },
    { "https://hooks.slack.com/services/", NULL },
    { "bot = \"123456789:AAabcdefghijklmnopqrstuvwxyz"
      "0123456\"",
      "bot = \"123456789:#\"" },
    { "lin_api_"
      "0123456789abcdefghijklmnopqrstuv01",
      "#" },
    { "monkey-bars and key-value stores", NULL },
    /* settings without quotes */
    { "DB_PASSWORD=hunt"
      "er",
      "DB_PASSWORD=#" },
    { "  export API_KEY=abcd  # dev", "  export API_KEY=#  # dev" },
    { "DB_PASSWORD=$PW", NULL },
    { "SMTP_PASS=hunt"
      "er",
      "SMTP_PASS=#" },
    { "dbPass: 'hunt"
      "er2'",
      "dbPass: '#'" },
    { "pass = \"hunt"
      "er2\"",
      "pass = \"#\"" },
    { "SESSION_SECRET=\"keyboard "
      "cat\"",
      "SESSION_SECRET=\"#\"" },
    { "PASSWORD=\"$1\"", NULL },
    { "GITHUB_TOKEN=abcdef"
      "0123",
      "GITHUB_TOKEN=#" },
    { "MAX_TOKEN=4096", NULL },
    { "CSRF_TOKEN=off", NULL },
    { "BYPASS=always1", NULL },
    { "compass = 'needle-1'", NULL },
    { "DB_PASSWORD=", NULL },
    { "make DB_PASSWORD=DEFAULT", NULL },
    { "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfi"
      "CYEXAMPLEKEY",
      "aws_secret_access_key = #" },
    { "password: hunter2"
      "abc",
      "password: #" },
    { "password: str", NULL },
    { "self.password = user.password2", NULL },
    { "password = new_password2", NULL },
    { "if a: password = x1y2z3w4v5", NULL },
};

static tt_str marked(struct tt_arena *arena, tt_str text, const struct tt_secret *s, size_t n)
{
    struct tt_buf out = TT_BUF_INIT(1 << 20);
    size_t at = 0;
    tt_str copy;

    for (size_t i = 0; i < n; i++) {
        assert_true(s[i].range.start >= at && s[i].range.end > s[i].range.start);
        assert_null(memchr(text.p + s[i].range.start, '\n', s[i].range.end - s[i].range.start));
        tt_buf_add(&out, tt_str_sub(text, at, s[i].range.start));
        tt_buf_addc(&out, '#');
        at = s[i].range.end;
    }
    tt_buf_add(&out, tt_str_sub(text, at, text.n));
    copy = tt_arena_dup(arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return copy;
}

static void test_find(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        tt_str text = tt_str_from(cases[i].text), want, got;
        struct tt_secret *secrets = NULL;
        struct tt_arena arena;
        size_t n = 0;

        tt_arena_init(&arena);
        want = cases[i].want ? tt_str_from(cases[i].want) : text;
        assert_int_equal(tt_secret_find(&arena, text, &secrets, &n), 0);
        got = marked(&arena, text, secrets, n);
        CHECK(tt_str_eq(got, want), "got %.*s, wanted %.*s", TT_STR_ARG(got), TT_STR_ARG(want));
        tt_arena_release(&arena);
    }
}

/* There and back again, alone and with everything at once. */
static void test_round_trip(void **state)
{
    struct tt_buf all = TT_BUF_INIT(1 << 20);

    (void)state;
    for (size_t i = 0; i <= COUNT(cases); i++) {
        tt_str text = i < COUNT(cases) ? tt_str_from(cases[i].text) : tt_buf_str(&all), sent, back;
        struct tt_arena arena;
        struct tt_redact *redact;
        bool bad;
        tt_str why;

        tt_arena_init(&arena);
        redact = tt_redact_create(&arena, &text, 1);
        assert_int_equal(tt_redact_apply(redact, text, &sent), 0);
        for (size_t s = 0; s < tt_redact_count(redact) && i < COUNT(cases); s++)
            CHECK(!strstr(sent.p, tt_redact_secret(redact, s).p), "%.*s", TT_STR_ARG(sent));
        assert_int_equal(tt_redact_apply(redact, sent, &back), 0);
        CHECK(tt_str_eq(back, sent), "twice: %.*s", TT_STR_ARG(back));
        assert_int_equal(tt_redact_check_answer(redact, sent, &bad, &why), 0);
        CHECK(!bad, "%.*s", TT_STR_ARG(why));
        assert_int_equal(tt_redact_restore(redact, &arena, sent, false, &back), 0);
        CHECK(tt_str_eq(back, text), "got %.*s", TT_STR_ARG(back));
        tt_arena_release(&arena);
        if (i < COUNT(cases)) {
            tt_buf_add(&all, text);
            tt_buf_addc(&all, '\n');
        }
    }
    tt_buf_release(&all);
}

static void test_one_placeholder_a_secret(void **state)
{
    const tt_str text = TT_STR("password = \"abc"
                               "123\"\npassword2 = \"xyz"
                               "789\"\npwd = \"abc"
                               "123\"\n");
    const tt_str want = TT_STR("password = \"TRIMTAB_SECRET_0001\"\npassword2 = "
                               "\"TRIMTAB_SECRET_0002\"\npwd = \"TRIMTAB_SECRET_0001\"\n");
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, &text, 1);
    assert_int_equal(tt_redact_apply(redact, text, &sent), 0);
    CHECK(tt_str_eq(sent, want), "got %.*s", TT_STR_ARG(sent));
    assert_int_equal(tt_redact_count(redact), 2);
    assert_int_equal(tt_redact_kind(redact, 0), TT_SECRET_VALUE);
    tt_arena_release(&arena);
}

/* A linter quotes it, a comment repeats it: there no name betrays it. */
static void test_known_elsewhere(void **state)
{
    const tt_str texts[] = {
        TT_STR_INIT("password = \"hunter2"
                    "!x\"\nDB_PASSWORD=postgres\n"),
        TT_STR_INIT("B105: possible hardcoded password: 'hunter2"
                    "!x' for postgres, hunter2"
                    "!xyz"),
    };
    const tt_str want = TT_STR("B105: possible hardcoded password: 'TRIMTAB_SECRET_0001' for "
                               "postgres, hunter2"
                               "!xyz");
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, texts, 2);
    assert_int_equal(tt_redact_apply(redact, texts[1], &sent), 0);
    CHECK(tt_str_eq(sent, want), "got %.*s", TT_STR_ARG(sent));
    assert_int_equal(tt_redact_apply(redact, texts[0], &sent), 0);
    CHECK(tt_str_eq(sent, TT_STR("password = \"TRIMTAB_SECRET_0001\"\n"
                                 "DB_PASSWORD=TRIMTAB_SECRET_0002\n")),
          "got %.*s", TT_STR_ARG(sent));
    tt_arena_release(&arena);
}

static void test_prefix_is_new(void **state)
{
    const tt_str texts[] = { TT_STR_INIT("password = \"abc"
                                         "123\""),
                             TT_STR_INIT("# TRIMTAB_SECRET_0001 TRIMTAB_SECRET_1_0007") };
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, texts, 2);
    assert_int_equal(tt_redact_apply(redact, texts[0], &sent), 0);
    CHECK(tt_str_eq(sent, TT_STR("password = \"TRIMTAB_SECRET_2_0001\"")), "got %.*s",
          TT_STR_ARG(sent));
    tt_arena_release(&arena);
}

/* A part from the middle of a private key is still a private key. */
static void test_part(void **state)
{
    const tt_str text = TT_STR("a\n-----BEGIN PRIVATE "
                               "KEY-----\nMIIEpAIBAAKC\nQEFBQUFBQUFB\n"
                               "-----END PRIVATE KEY-----\nb\n");
    struct tt_range part;
    struct tt_secret *secrets;
    struct tt_arena arena;
    struct tt_redact *redact;
    size_t n;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, &text, 1);
    assert_int_equal(tt_secret_find(&arena, text, &secrets, &n), 0);
    assert_int_equal(n, 2);
    part = (struct tt_range){ secrets[1].range.start, secrets[1].range.end + 1 };
    assert_int_equal(tt_redact_part(redact, text, secrets, n, part, &sent), 0);
    CHECK(tt_str_eq(sent, TT_STR("TRIMTAB_SECRET_0001\n")), "got %.*s", TT_STR_ARG(sent));
    tt_arena_release(&arena);
}

static const struct {
    const char *answer;
    bool bad;
} answers[] = {
    { "x = \"TRIMTAB_SECRET_0001\"", false },
    { "TRIMTAB_SECRET_0002 TRIMTAB_SECRET_0001", false },
    { "nothing of the kind", false },
    { "TRIMTAB_SECRET_0003", true },
    { "{\"new_str\": \"\\nTRIMTAB_SECRET_0003\"}", true },
    { "{\"new_str\": \"\\nTRIMTAB_SECRET_0002\"}", false },
    { "TRIMTAB_SECRET_0000", true },
    { "TRIMTAB_SECRET_001", true },
    { "TRIMTAB_SECRET_00011", true },
    { "TRIMTAB_SECRET_0001_OLD", true },
    { "trimtab_secret_0001", true },
    { "TrimtabSecret1", true },
    { "TRIMTAB_SECRET", true },
    { "my trimtab is a secret", false },
};

static void test_check_answer(void **state)
{
    const tt_str text = TT_STR("password = \"abc"
                               "123\"\npassword2 = \"xyz"
                               "789\"\n");
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, &text, 1);
    assert_int_equal(tt_redact_apply(redact, text, &sent), 0);
    for (size_t i = 0; i < COUNT(answers); i++) {
        bool bad;
        tt_str why;

        assert_int_equal(tt_redact_check_answer(redact, tt_str_from(answers[i].answer), &bad, &why),
                         0);
        CHECK(bad == answers[i].bad, "%s", answers[i].answer);
        CHECK((why.n > 0) == bad, "%s", answers[i].answer);
    }
    tt_arena_release(&arena);
}

static void test_restore_json(void **state)
{
    const tt_str text = TT_STR("password = 'a\"b\\1"
                               "23'");
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent, back;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, &text, 1);
    assert_int_equal(tt_redact_apply(redact, text, &sent), 0);
    assert_int_equal(
        tt_redact_restore(redact, &arena, TT_STR("{\"a\":\"TRIMTAB_SECRET_0001\"}"), true, &back),
        0);
    CHECK(tt_str_eq(back, TT_STR("{\"a\":\"a\\\"b\\\\123\"}")), "got %.*s", TT_STR_ARG(back));
    tt_arena_release(&arena);
}

/* ---- edits ---- */

#define BEFORE                                                                                     \
    "user = 'u'\npassword = 'abc"                                                                  \
    "123'\ntimeout = 1\napi_key = 'xyz"                                                            \
    "789'\n"

static const struct {
    const char *name, *old, *text;
    bool ok;
} edits[] = {
    { "elsewhere", "timeout = 1", "timeout = 5", true },
    { "same line", "password = '", "password: str = '", false }, /* another word before it */
    { "same line, behind it", "123'\n", "123'  # old\n", true },
    { "whole line again",
      "password = 'abc"
      "123'",
      "password  =  'abc"
      "123'",
      true },
    { "dropped",
      "password = 'abc"
      "123'\n",
      "", false },
    { "altered",
      "abc"
      "123",
      "abc"
      "124",
      false },
    { "altered, a part", "c12", "c13", false },
    { "copied", "timeout = 1",
      "timeout = 1\nother = 'abc"
      "123'",
      false },
    { "moved to another name",
      "password = 'abc"
      "123'",
      "secret = 'abc"
      "123'",
      false },
    { "exchanged",
      "password = 'abc"
      "123'\ntimeout = 1\napi_key = 'xyz"
      "789'",
      "password = 'xyz"
      "789'\ntimeout = 1\napi_key = 'abc"
      "123'",
      false },
    { "order",
      "password = 'abc"
      "123'\ntimeout = 1\napi_key = 'xyz"
      "789'",
      "api_key = 'xyz"
      "789'\npassword = 'abc"
      "123'\ntimeout = 1",
      false },
    { "around both",
      "password = 'abc"
      "123'\ntimeout = 1\napi_key = 'xyz"
      "789'",
      "password = 'abc"
      "123'\ntimeout = 9\napi_key = 'xyz"
      "789'",
      true },
    { "part of a longer word is another word", "timeout = 1",
      "t = 'zabc"
      "1234'",
      true },
};

static void test_edits(void **state)
{
    const tt_str text = TT_STR(BEFORE);
    struct tt_arena arena;
    struct tt_redact *redact;
    tt_str sent;

    (void)state;
    tt_arena_init(&arena);
    redact = tt_redact_create(&arena, &text, 1);
    assert_int_equal(tt_redact_apply(redact, text, &sent), 0);
    assert_int_equal(tt_redact_count(redact), 2);
    for (size_t i = 0; i < COUNT(edits); i++) {
        uint32_t start = (uint32_t)(strlen(BEFORE) - strlen(strstr(BEFORE, edits[i].old)));
        struct tt_text_edit edit;

        edit.range = (struct tt_range){ start, start + (uint32_t)strlen(edits[i].old) };
        edit.text = tt_str_from(edits[i].text);
        CHECK(tt_redact_edits_ok(redact, text, &edit, 1) == edits[i].ok, "%s", edits[i].name);
    }
    tt_arena_release(&arena);
}

/* Long lines of what begins a secret: linear, and no byte read behind the end. */
static void test_hostile(void **state)
{
    static const char *const pieces[] = { "=",
                                          ":",
                                          "://",
                                          "password=",
                                          ("-----BEGIN PRIVATE "
                                           "KEY-----"),
                                          "eyJ.",
                                          "sk-",
                                          "token='",
                                          "\\",
                                          ",'",
                                          "\0" };

    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        size_t n = strlen(pieces[i]) ? strlen(pieces[i]) : 1, total = 300000 / n * n, found;
        char *text = malloc(total);
        struct tt_secret *secrets;
        struct tt_arena arena;

        for (size_t at = 0; at < total; at += n)
            memcpy(text + at, pieces[i], n);
        tt_arena_init(&arena);
        assert_int_equal(tt_secret_find(&arena, (tt_str){ text, total }, &secrets, &found), 0);
        tt_arena_release(&arena);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_one_placeholder_a_secret),
        cmocka_unit_test(test_known_elsewhere),
        cmocka_unit_test(test_prefix_is_new),
        cmocka_unit_test(test_part),
        cmocka_unit_test(test_check_answer),
        cmocka_unit_test(test_restore_json),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
