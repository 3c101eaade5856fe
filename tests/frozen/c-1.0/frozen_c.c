/* A random walk with drift that uses all of ABI 1.0, as it was compiled into the library beside this file.
 * Never changed, never compiled again: see ../README.md. */
#include "takens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The text of takens-plugin.toml, which the library must hold to the byte; the Makefile writes it. */
static const char manifest[] =
#include "manifest.h"
    ;

static const char schema[] =
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
    "\"additionalProperties\":false,\"properties\":{\"weight\":{\"type\":\"number\","
    "\"description\":\"share of the slope that is followed\",\"default\":0.5,\"minimum\":0.0,"
    "\"maximum\":1.0,\"x-takens-scale\":\"linear\",\"x-takens-tune\":[0.25,0.5,1.0]}}}";

/* What an instance knows. Only the plugin looks inside. */
struct takens_instance {
    double weight;
    uint64_t components; /* 0: not fitted yet */
    double *slope;       /* of each component, per sample */
};

/* Says what went wrong, in a buffer of the host's that may be short or missing. */
static takens_status fail(takens_error *error, takens_status status, const char *text) {
    if (error) {
        uint64_t length = strlen(text);
        if (length > error->message_capacity) length = error->message_capacity;
        if (length) memcpy(error->message, text, length);
        error->message_len = length;
        error->status = status;
    }
    return status;
}

/* The element of a matrix, wherever the host's strides put it. */
static double *at(const takens_tensor *tensor, int64_t row, int64_t column) {
    double *data = (double *)tensor->data;
    if (tensor->strides) return data + row * tensor->strides[0] + column * tensor->strides[1];
    return data + row * tensor->shape[1] + column;
}

/* Whether the host wants the call to end; to be asked in every long loop. */
static int asked_to_stop(const takens_call *call) {
    return TAKENS_COVERS(call, takens_call, cancel) && call->cancel && *call->cancel != 0;
}

static const char *skip_space(const char *text) {
    while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') text++;
    return text;
}

/* Reads {"weight": number}; what is left out takes its default. A method with more parameters uses a JSON
 * library. The host has checked them against the schema, but other hosts may not. */
static const char *read_params(takens_str params, double *weight) {
    char text[256];
    const char *rest = text;
    char *end;
    *weight = 0.5;
    if (params.len == 0) return NULL;
    if (params.len >= sizeof text) return "the parameters are too long: {\"weight\": 0.5} is expected";
    memcpy(text, params.ptr, params.len);
    text[params.len] = 0;
    rest = skip_space(rest);
    if (*rest++ != '{') return "the parameters must be a JSON object: {\"weight\": 0.5}";
    rest = skip_space(rest);
    if (*rest != '}') {
        if (strncmp(rest, "\"weight\"", 8) != 0) return "unknown parameter; there is `weight`";
        rest = skip_space(rest + 8);
        if (*rest++ != ':') return "after \"weight\" a colon is expected";
        rest = skip_space(rest);
        *weight = strtod(rest, &end);
        if (end == rest || !(*weight >= 0.0 && *weight <= 1.0))
            return "`weight` must be a number from 0 to 1";
        rest = skip_space(end);
    }
    if (*rest++ != '}' || *skip_space(rest) != 0) return "the parameters must end with one }";
    return NULL;
}

static takens_status create(const takens_host *host, takens_str params, takens_instance **out,
                            takens_error *error) {
    double weight;
    const char *fault = read_params(params, &weight);
    (void)host;
    *out = NULL;
    if (fault) return fail(error, TAKENS_INVALID_PARAMS, fault);
    *out = (takens_instance *)calloc(1, sizeof **out);
    if (!*out) return fail(error, TAKENS_OUT_OF_MEMORY, "no memory for an instance");
    (*out)->weight = weight;
    return TAKENS_OK;
}

static void destroy(takens_instance *self) {
    if (self) free(self->slope);
    free(self);
}

static takens_status all_finite(const takens_tensor *values, takens_error *error) {
    for (int64_t row = 0; row < values->shape[0]; row++)
        for (int64_t column = 0; column < values->shape[1]; column++)
            if (!isfinite(*at(values, row, column)))
                return fail(error, TAKENS_INVALID_DATA, "every value must be finite");
    return TAKENS_OK;
}

static takens_status fit(takens_instance *self, const takens_dataset *data, const takens_call *call,
                         takens_error *error) {
    uint64_t n = data->component_count;
    double *slope;
    /* An earlier fit is forgotten, even if this one fails. */
    self->components = 0;
    if (data->series_count == 0 || n == 0)
        return fail(error, TAKENS_INVALID_DATA, "at least one trajectory of one component is needed");
    slope = (double *)calloc(n, sizeof *slope);
    if (!slope) return fail(error, TAKENS_OUT_OF_MEMORY, "no memory for the slopes");
    free(self->slope);
    self->slope = slope;
    for (uint64_t i = 0; i < data->series_count; i++) {
        const takens_tensor *values = data->series[i]->values;
        int64_t last = values->shape[0] - 1;
        takens_status status = all_finite(values, error);
        if (status != TAKENS_OK) return status;
        if (last < 1) return fail(error, TAKENS_INVALID_DATA, "at least two samples are needed");
        if (asked_to_stop(call)) return fail(error, TAKENS_CANCELLED, "cancelled");
        for (uint64_t j = 0; j < n; j++) {
            double rise = *at(values, last, (int64_t)j) - *at(values, 0, (int64_t)j);
            slope[j] += rise / (double)last / (double)data->series_count;
        }
    }
    if (TAKENS_COVERS(call, takens_call, progress) && call->progress) {
        takens_str text = TAKENS_STR("fitted");
        call->progress(call->ctx, 1.0, NAN, text);
    }
    if (TAKENS_COVERS(call, takens_call, log) && call->log) {
        takens_str text = TAKENS_STR("the slopes are known");
        call->log(call->ctx, TAKENS_LEVEL_INFO, text);
    }
    self->components = n;
    return TAKENS_OK;
}

/* Whether the context fits; the same for all that is asked of a fitted instance. */
static takens_status usable(takens_instance *self, const takens_tensor *context, takens_error *error) {
    takens_status status = all_finite(context, error);
    if (status != TAKENS_OK) return status;
    if (self->components == 0)
        return fail(error, TAKENS_INVALID_DATA, "not fitted to any data yet");
    if (context->shape[0] == 0 || (uint64_t)context->shape[1] != self->components)
        return fail(error, TAKENS_INVALID_DATA, "the context does not fit the data");
    return TAKENS_OK;
}

static takens_status forecast(takens_instance *self, const takens_tensor *context,
                              const takens_call *call, takens_tensor *out, takens_error *error) {
    takens_status status = usable(self, context, error);
    if (status != TAKENS_OK) return status;
    for (int64_t row = 0; row < out->shape[0]; row++) {
        if (asked_to_stop(call)) return fail(error, TAKENS_CANCELLED, "cancelled");
        for (int64_t j = 0; j < out->shape[1]; j++) {
            double draw, step = self->weight * (double)(row + 1) * self->slope[j];
            call->random_f64(call->ctx, 0, (uint64_t)(row * out->shape[1] + j), &draw, 1);
            step += 0.001 * (draw - 0.5);
            double value = *at(context, context->shape[0] - 1, j) + step;
            if (!isfinite(value)) return fail(error, TAKENS_DIVERGED, "the line leaves all bounds");
            *at(out, row, j) = value;
        }
    }
    return TAKENS_OK;
}

/* A saved model: a mark, the number of components, the slopes, and a checksum of all that. */
static const char mark[8] = {'d', 'r', 'i', 'f', 't', ' ', '0', '1'};

static uint64_t checksum(uint64_t sum, const void *data, uint64_t length) {
    /* FNV-1a: enough against damage, not against malice. */
    for (uint64_t i = 0; i < length; i++)
        sum = (sum ^ ((const unsigned char *)data)[i]) * 1099511628211u;
    return sum;
}

static takens_status save(takens_instance *self, takens_ostream *stream, takens_error *error) {
    uint64_t n = self->components, length = n * sizeof(double), sum = 14695981039346656037u;
    takens_status status;
    if (n == 0) return fail(error, TAKENS_INVALID_DATA, "not fitted to any data yet");
    sum = checksum(checksum(checksum(sum, mark, sizeof mark), &n, sizeof n), self->slope, length);
    if ((status = stream->write(stream->ctx, (const uint8_t *)mark, sizeof mark)) != TAKENS_OK ||
        (status = stream->write(stream->ctx, (const uint8_t *)&n, sizeof n)) != TAKENS_OK ||
        (status = stream->write(stream->ctx, (const uint8_t *)self->slope, length)) != TAKENS_OK ||
        (status = stream->write(stream->ctx, (const uint8_t *)&sum, sizeof sum)) != TAKENS_OK)
        return fail(error, status, "the model cannot be written");
    return TAKENS_OK;
}

/* Reads exactly so many bytes; 0 if there are fewer. */
static int take(takens_istream *stream, void *to, uint64_t length) {
    uint64_t done = 0, got = 0;
    for (; done < length; done += got)
        if (stream->read(stream->ctx, (uint8_t *)to + done, length - done, &got) != TAKENS_OK || got == 0)
            return 0;
    return 1;
}

static takens_status load(takens_instance *self, takens_istream *stream, takens_error *error) {
    static const char *refusal = "not a saved model of this method, or damaged";
    char begin[sizeof mark];
    uint64_t n, sum = 14695981039346656037u, found;
    double *slope;
    if (!take(stream, begin, sizeof begin) || memcmp(begin, mark, sizeof mark) != 0 ||
        !take(stream, &n, sizeof n) || n == 0 || n > 1000000)
        return fail(error, TAKENS_INVALID_DATA, refusal);
    slope = (double *)calloc(n, sizeof *slope);
    if (!slope) return fail(error, TAKENS_OUT_OF_MEMORY, "no memory for the slopes");
    sum = checksum(checksum(sum, mark, sizeof mark), &n, sizeof n);
    if (!take(stream, slope, n * sizeof *slope) || !take(stream, &found, sizeof found) ||
        found != checksum(sum, slope, n * sizeof *slope)) {
        free(slope);
        return fail(error, TAKENS_INVALID_DATA, refusal);
    }
    free(self->slope);
    self->slope = slope;
    self->components = n;
    return TAKENS_OK;
}

/* Extensions. */

static takens_status candidates(takens_instance *self, const takens_call *call,
                                const takens_candidate_sink *sink, takens_error *error) {
    /* Numbers by snprintf would depend on the locale; the equations say no more than the signs. */
    static const char *signs[2] = {"1", "-1"};
    takens_str equations[64];
    takens_candidate candidate = {sizeof candidate, 0, 0, NULL, 1.0, NAN};
    (void)call;
    if (self->components == 0) return fail(error, TAKENS_INVALID_DATA, "not fitted to any data yet");
    if (self->components > 64) return fail(error, TAKENS_UNSUPPORTED, "at most 64 components");
    for (uint64_t i = 0; i < self->components; i++) {
        equations[i].ptr = signs[self->slope[i] < 0.0];
        equations[i].len = strlen(equations[i].ptr);
    }
    candidate.equation_count = self->components;
    candidate.equations = equations;
    return sink->push(sink->ctx, &candidate);
}

static double *at3(const takens_tensor *t, int64_t i, int64_t j, int64_t k) {
    double *data = (double *)t->data;
    if (t->strides) return data + i * t->strides[0] + j * t->strides[1] + k * t->strides[2];
    return data + (i * t->shape[1] + j) * t->shape[2] + k;
}

static takens_status sample(takens_instance *self, const takens_tensor *context, const takens_call *call,
                            takens_tensor *out, takens_error *error) {
    takens_status status = usable(self, context, error);
    if (status != TAKENS_OK) return status;
    for (int64_t i = 0; i < out->shape[0]; i++)
        for (int64_t row = 0; row < out->shape[1]; row++)
            for (int64_t j = 0; j < out->shape[2]; j++) {
                uint64_t place = (uint64_t)((i * out->shape[1] + row) * out->shape[2] + j);
                double draw, last = *at(context, context->shape[0] - 1, j);
                call->random_f64(call->ctx, 1, place, &draw, 1);
                *at3(out, i, row, j) = last + (double)(row + 1) * self->slope[j] + draw - 0.5;
            }
    return TAKENS_OK;
}

static takens_status derivative(takens_instance *self, const takens_tensor *context,
                                const takens_call *call, takens_tensor *out, takens_error *error) {
    takens_status status = usable(self, context, error);
    (void)call;
    if (status != TAKENS_OK) return status;
    for (int64_t lag = 0; lag < out->shape[0]; lag++)
        for (int64_t i = 0; i < out->shape[1]; i++)
            for (int64_t j = 0; j < out->shape[2]; j++) *at3(out, lag, i, j) = lag == 0 && i == j;
    return TAKENS_OK;
}

static takens_status update(takens_instance *self, const takens_tensor *samples, const takens_call *call,
                            takens_error *error) {
    takens_status status = usable(self, samples, error);
    int64_t last = samples->shape[0] - 1;
    (void)call;
    if (status != TAKENS_OK || last < 1) return status;
    for (int64_t j = 0; j < samples->shape[1]; j++)
        self->slope[j] = 0.5 * self->slope[j] +
                         0.5 * (*at(samples, last, j) - *at(samples, 0, j)) / (double)last;
    return TAKENS_OK;
}

static const takens_symbolic symbolic = {sizeof symbolic, 0, candidates};
static const takens_probabilistic probabilistic = {sizeof probabilistic, 0, sample};
static const takens_jacobian jacobian = {sizeof jacobian, 0, derivative};
static const takens_online online = {sizeof online, 0, update};

static int is(takens_str id, const char *known) {
    return id.len == strlen(known) && memcmp(id.ptr, known, id.len) == 0;
}

static const void *extension(takens_instance *self, takens_str id) {
    (void)self;
    if (is(id, TAKENS_SYMBOLIC)) return &symbolic;
    if (is(id, TAKENS_PROBABILISTIC)) return &probabilistic;
    if (is(id, TAKENS_JACOBIAN)) return &jacobian;
    if (is(id, TAKENS_ONLINE)) return &online;
    return NULL;
}

static const takens_method the_method = {
    sizeof(takens_method), 0, TAKENS_STR("frozen-c"), TAKENS_STR("0.1.0"), TAKENS_STR("forecaster"),
    {schema, sizeof schema - 1}, TAKENS_STOCHASTIC | TAKENS_FORECASTS | TAKENS_DISCOVERS, create, destroy,
    fit, forecast, save, load, extension,
};

static uint32_t method_count(void) { return 1; }

static const takens_method *method(uint32_t index) { return index == 0 ? &the_method : NULL; }

const takens_entry takens_plugin_entry = {
    TAKENS_MAGIC, sizeof(takens_entry), TAKENS_ABI_MAJOR, TAKENS_ABI_MINOR, 0, 0,
    {manifest, sizeof manifest - 1}, NULL, NULL, method_count, method, NULL,
};
