/* asking.h -- a session that is asked for a timeout in a small file. */
#ifndef TT_TEST_ASKING_H
#define TT_TEST_ASKING_H

#include "rig.h"
#include "test.h"

#define SOURCE                                                                                     \
    "import requests\n"                                                                            \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def fetch(url):\n"                                                                            \
    "    response = requests.get(url)\n"                                                           \
    "    return response.json()\n"                                                                 \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def other():\n"                                                                               \
    "    return 1\n"

#define FIXED                                                                                      \
    "import requests\n"                                                                            \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def fetch(url):\n"                                                                            \
    "    response = requests.get(url, timeout=10)\n"                                               \
    "    return response.json()\n"                                                                 \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def other():\n"                                                                               \
    "    return 1\n"

#define BLOCK(old, new)                                                                            \
    "A timeout keeps a slow server from holding the caller.\n\n```python\n<<<<<<< SEARCH\n" old    \
    "=======\n" new ">>>>>>> REPLACE\n```\n"

#define GOOD                                                                                       \
    BLOCK("    response = requests.get(url)\n", "    response = requests.get(url, timeout=10)\n")

#define AT_FETCH                                                                                   \
    "\"range\":{\"start\":{\"line\":4,\"character\":4},\"end\":{\"line\":4,\"character\":4}}"

/* The command trimtab.`name` with one object that has these members, and all that follows at
 * once; its id. */
int command(struct rig *rig, const char *name, const char *members_format, ...)
    __attribute__((format(printf, 3, 4)));
/* trimtab.edit of the call, with `more` arguments, and all that follows at once; its id. */
int edit(struct rig *rig, const char *more);
/* The words of an error that answered; NULL: none did. */
const char *error_of(struct rig *rig, int id);
/* The last message; "": none. */
const char *shown(struct rig *rig);
/* The last receipt; "": none. */
const char *receipt(struct rig *rig);

#endif
