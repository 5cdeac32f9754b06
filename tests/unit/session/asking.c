/* asking.c -- see asking.h. */
#include "asking.h"

int edit(struct rig *rig, const char *more)
{
    int id = rig_request(rig, "workspace/executeCommand",
                         "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI
                         "\"," AT_FETCH ",\"instruction\":\"add a timeout to this call\"%s}]}",
                         more);

    rig_settle(rig);
    return id;
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
