/* A plugin in C, written from the documentation of takens-abi 1.0 alone.
 *
 * Its structs end where it stops needing them: no get_extension in the entry, nothing after forecast
 * in the method. A host must take that, as it must take the plugins of an older minor version.
 * MANIFEST is defined by whoever compiles this: the text of takens-plugin.toml. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t status;
enum { OK = 0, UNSUPPORTED = 3, INVALID_PARAMS = 4, INVALID_DATA = 5, OUT_OF_MEMORY = 7 };

typedef struct { const char *ptr; uint64_t len; } str;
#define STR(text) { text, sizeof(text) - 1 }

typedef struct {
    uint32_t struct_size; int32_t status;
    char *message; uint64_t message_capacity, message_len;
    char *detail; uint64_t detail_capacity, detail_len;
} error;

typedef struct {
    uint32_t struct_size, dtype, ndim, flags;
    const int64_t *shape, *strides;
    void *data, *owner;
    void *release;
} tensor;

typedef struct {
    uint32_t struct_size, flags;
    uint64_t series_count; const void *const *series;
    uint64_t component_count; const str *names;
} dataset;

typedef struct { uint64_t components; } instance;

typedef struct {
    uint32_t struct_size, reserved;
    str id, version, kind, params_schema;
    uint64_t caps;
    status (*create)(const void *host, str params, instance **out, error *);
    void (*destroy)(instance *);
    status (*fit)(instance *, const dataset *, const void *call, error *);
    status (*forecast)(instance *, const tensor *context, const void *call, tensor *out, error *);
} method;

typedef struct {
    uint64_t magic;
    uint32_t struct_size; uint16_t abi_major, abi_minor;
    uint32_t flags, reserved;
    str manifest;
    status (*init)(const void *host, error *);
    void (*deinit)(void);
    uint32_t (*method_count)(void);
    const method *(*method)(uint32_t);
} entry;

static status fail(error *e, status code, const char *text) {
    if (e) {
        uint64_t length = strlen(text);
        if (length > e->message_capacity) length = e->message_capacity;
        memcpy(e->message, text, length);
        e->message_len = length;
        e->status = code;
    }
    return code;
}

static status create(const void *host, str params, instance **out, error *e) {
    (void)host;
    if (params.len != 0 && !(params.len == 2 && memcmp(params.ptr, "{}", 2) == 0))
        return fail(e, INVALID_PARAMS, "there are no parameters");
    *out = calloc(1, sizeof(instance));
    return *out ? OK : fail(e, OUT_OF_MEMORY, "no memory for an instance");
}

static void destroy(instance *self) { free(self); }

static status fit(instance *self, const dataset *data, const void *call, error *e) {
    (void)call;
    if (data->component_count == 0) return fail(e, INVALID_DATA, "there is no component");
    self->components = data->component_count;
    return OK;
}

static status forecast(instance *self, const tensor *in, const void *call, tensor *out, error *e) {
    (void)call;
    if (in->shape[0] == 0 || (uint64_t)in->shape[1] != self->components)
        return fail(e, INVALID_DATA, "the context does not fit the data");
    const double *last = (const double *)in->data + (in->shape[0] - 1) * in->strides[0];
    for (int64_t i = 0; i < out->shape[0]; i++)
        for (int64_t j = 0; j < out->shape[1]; j++)
            ((double *)out->data)[i * out->strides[0] + j * out->strides[1]] = last[j * in->strides[1]];
    return OK;
}

static const method persistence = {
    sizeof(method), 0, STR("c-persistence"), STR("0.1.0"), STR("forecaster"),
    STR("{\"type\":\"object\",\"additionalProperties\":false}"), 2, create, destroy, fit, forecast,
};

static uint32_t method_count(void) { return 1; }
static const method *method_at(uint32_t index) { return index == 0 ? &persistence : NULL; }

const entry takens_plugin_entry = {
    0x4c50534e454b4154u /* "TAKENSPL" */, sizeof(entry), 1, 0, 0, 0,
    STR(MANIFEST), NULL, NULL, method_count, method_at,
};
