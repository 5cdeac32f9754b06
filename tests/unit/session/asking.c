/* asking.c -- see asking.h. */
#include "asking.h"

int command(struct rig *rig, const char *name, const char *members_format, ...)
{
    char members[1000];
    va_list args;
    int id;

    va_start(args, members_format);
    id = vsnprintf(members, sizeof(members), members_format, args);
    va_end(args);
    CHECK(id >= 0 && (size_t)id < sizeof(members));
    id = rig_request(rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.%s\",\"arguments\":[{%s}]}", name, members);
    rig_settle(rig);
    return id;
}

int edit(struct rig *rig, const char *more)
{
    return command(rig, "edit",
                   "\"uri\":\"" RIG_URI "\"," AT_FETCH
                   ",\"instruction\":\"add a timeout to this call\"%s",
                   more);
}

const char *error_of(struct rig *rig, int id)
{
    const cJSON *error = cJSON_GetObjectItem(rig_response(rig, id), "error");

    return error ? cJSON_GetObjectItem(error, "message")->valuestring : NULL;
}

const char *shown(struct rig *rig)
{
    const cJSON *message = rig_last(rig, "window/showMessage");

    return message
               ? cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "message")->valuestring
               : "";
}

const char *receipt(struct rig *rig)
{
    for (size_t i = rig->fake.n_records; i > 0; i--) {
        if (strstr(rig->fake.records[i - 1], "\"verdict\""))
            return rig->fake.records[i - 1];
    }
    return "";
}
