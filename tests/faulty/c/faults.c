/* A sound plugin with one fault built in: what the validator is tested with.
 *
 * SOUND is the file of a plugin as `takens plugin new --lang c` writes it; it is included, and one fault,
 * chosen by FAULT, is laid over its functions. The names of faults and the checks that must notice them are
 * in tests/tests/validator.rs. */
#define _GNU_SOURCE
#include "takens.h"
#define takens_plugin_entry sound_entry
extern const takens_entry sound_entry __attribute__((visibility("hidden")));
#include SOUND
#undef takens_plugin_entry

#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define IS(fault) (FAULT == fault)
#include "faults.h"

static int in_the_way; /* what a sound plugin has none of: state of the whole library */

static int is(const char *id, takens_str asked) {
    return asked.len == strlen(id) && memcmp(id, asked.ptr, asked.len) == 0;
}

static uint64_t caps(void) {
    return TAKENS_FORECASTS | (IS(SEED_FROM_CLOCK) || IS(SEED_IGNORED) ? TAKENS_STOCHASTIC : 0) |
           (IS(EQUATIONS_UNREADABLE) || IS(EQUATIONS_TOO_FEW) ? TAKENS_DISCOVERS : 0);
}

#if FAULT == EXPORTS_MORE
int helper_of_many_plugins(void) { return in_the_way; }
#endif

/* At load, before anything is called. */

__attribute__((constructor)) static void at_load(void) {
#if defined(__x86_64__)
    if (IS(FLUSHES_TO_ZERO)) __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
    if (IS(CRASHES_AT_LOAD)) abort();
}

/* The entry. */

static takens_status f_init(const takens_host *host, takens_error *error) {
    static int calls;
    (void)host;
    calls++;
    if (IS(ABORTS_AT_INIT)) abort();
    if (IS(FAILS_AT_INIT)) return fail(error, TAKENS_INTERNAL, "no licence");
    if (IS(INIT_ONCE) && calls > 1) return fail(error, TAKENS_INTERNAL, "already initialised");
    return TAKENS_OK;
}

/* Creating and destroying. */

static takens_status f_create(const takens_host *host, takens_str params, takens_instance **out,
                              takens_error *error) {
    takens_status status;
    if (IS(USES_MISSING_CALLBACK)) host->log(host->ctx, TAKENS_LEVEL_INFO, params);
    if (IS(WANTS_EXACT_SIZE) && host->struct_size != sizeof *host)
        return fail(error, TAKENS_INTERNAL, "another host was expected");
    if (IS(TAKES_ANY_PARAMS) && params.len > 2 && params.ptr[params.len - 1] != '}') params.len = 0;
    if (IS(PANICS_ON_BAD_PARAMS)) {
        double weight;
        if (read_params(params, &weight)) return fail(error, TAKENS_PANIC, "panicked");
    }
    if (IS(OVERRUNS_ERROR)) {
        double weight;
        if (read_params(params, &weight)) {
            if (error) {
                memcpy(error->message, "parameters are bad", 18);
                error->message_len = 18;
            }
            return TAKENS_INVALID_PARAMS;
        }
    }
    status = create(host, params, out, error);
    if (status != TAKENS_OK) return status;
    if (IS(CRASHES_AT_EXTREME) && (*out)->weight == 1.0) abort();
    if (IS(OTHER_DEFAULT) && params.len <= 2) (*out)->weight = 0.25;
    if (IS(LEAKS_INSTANCES)) *(volatile char *)malloc(48) = 1;
    if (IS(HANGS)) for (;;) pause();
    return TAKENS_OK;
}

static void f_destroy(takens_instance *self) {
    if (IS(DESTROYS_NULL) && !self->components) in_the_way++;
    destroy(self);
    if (IS(SHARES_INSTANCES)) in_the_way = 0;
}

/* Fitting. */

static void *sleeper(void *ignored) {
    usleep(100000);
    return ignored;
}

static void work_on(const takens_call *call, int poll_cancel, int poll_deadline) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        double seconds;
        clock_gettime(CLOCK_MONOTONIC, &now);
        seconds = (double)(now.tv_sec - start.tv_sec) + 1e-9 * (double)(now.tv_nsec - start.tv_nsec);
        if (poll_cancel && asked_to_stop(call)) return;
        if (poll_deadline && call->deadline_ns && seconds * 1e9 > (double)call->deadline_ns) return;
        if (seconds > 30) return;
    }
}

static takens_status f_fit(takens_instance *self, const takens_dataset *data, const takens_call *call,
                           takens_error *error) {
    double before = self->slope ? self->slope[0] : 0;
    takens_status status;
    int64_t samples = data->series_count ? data->series[0]->values->shape[0] : 0;
    if (IS(READS_FIRST_SAMPLE) && samples == 0)
        in_the_way = (int)*(volatile double *)data->series[0]->values->data;
    if (IS(PANICS_IF_WIDE) && data->component_count > 8) return fail(error, TAKENS_PANIC, "too wide");
    if (IS(CHANGES_DATA)) *at(data->series[0]->values, 0, 0) = 0;
    status = fit(self, data, call, error);
    if (status != TAKENS_OK && !IS(LETS_NAN_THROUGH)) return status;
    if (status != TAKENS_OK) self->components = data->component_count;
    if (IS(ROUNDS_UP)) fesetround(FE_UPWARD);
    if (IS(CATCHES_SIGNALS)) signal(SIGINT, SIG_IGN);
    if (IS(CHANGES_DIRECTORY) && chdir("/") != 0) abort();
    if (IS(CHANGES_ENVIRONMENT)) setenv("OMP_NUM_THREADS", "64", 1);
    if (IS(CHANGES_LOCALE) && !setlocale(LC_ALL, "C.UTF-8")) abort();
    if (IS(PRINTS)) printf("fitted\n");
    if (IS(LEAVES_FILE_OPEN) && open("/dev/null", O_RDONLY) < 0) abort();
    if (IS(LEAVES_FILE)) fclose(fopen("model.bin", "w"));
    if (IS(LEAVES_PROCESS) && fork() == 0)
        for (;;) pause();
    if (IS(LEAKS_FITS)) *(volatile char *)malloc(5000) = 1;
    if (IS(REMEMBERS_FIT)) self->slope[0] += before;
    if (IS(SHARES_INSTANCES)) in_the_way++;
    if (IS(SPAWNS_THREADS)) {
        pthread_t threads[6];
        for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, sleeper, NULL);
        for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
    }
    if (IS(IGNORES_CANCEL) && samples > 1000) work_on(call, 0, 1);
    if (IS(IGNORES_DEADLINE) && samples > 1000) work_on(call, 1, 0);
    if (IS(SEED_FROM_CLOCK)) {
        struct timespec now;
        double draw;
        clock_gettime(CLOCK_MONOTONIC, &now);
        call->random_f64(call->ctx, 0, (uint64_t)now.tv_nsec, &draw, 1);
        self->slope[0] += 1e-3 * draw;
    }
    if (IS(SEED_IGNORED)) self->slope[0] += 1e-9;
    if (IS(SEED_UNDECLARED)) self->slope[0] += 1e-3 * (double)(call->seed % 7);
    if (IS(THREADS_UNDECLARED)) self->slope[0] += 1e-12 * call->threads;
    return TAKENS_OK;
}

/* Forecasting. */

static takens_status f_forecast(takens_instance *self, const takens_tensor *context,
                                const takens_call *call, takens_tensor *out, takens_error *error) {
    takens_tensor packed = *context;
    takens_status status;
    if (IS(IGNORES_STRIDES)) packed.strides = NULL;
    if (IS(CRASHES_UNFITTED)) in_the_way = (int)*(volatile double *)self->slope;
    if (IS(REFUSES_MANY_STEPS) && out->shape[0] > 100)
        return fail(error, TAKENS_INTERNAL, "at most 100 steps");
    if (IS(CHANGES_CONTEXT)) *at(context, 0, 0) = 0;
    status = forecast(self, &packed, call, out, error);
    if (status != TAKENS_OK && IS(LETS_NAN_THROUGH) && self->components) {
        for (int64_t i = 0; i < out->shape[0]; i++)
            for (int64_t j = 0; j < out->shape[1]; j++)
                *at(out, i, j) = *at(context, context->shape[0] - 1, j);
        return TAKENS_OK;
    }
    if (status != TAKENS_OK || out->shape[0] == 0) return status;
    if (IS(FORECASTS_NAN)) *at(out, out->shape[0] - 1, 0) = NAN;
    if (IS(WRITES_BEYOND)) at(out, out->shape[0] - 1, out->shape[1] - 1)[1] = 0;
    if (IS(LEAVES_OUT_A_STEP)) *at(out, 0, 0) = 0, memset(at(out, 0, 0), 0xa5, 8);
    if (IS(PEEKS) && context->shape[0] > 2) *at(out, 0, 0) = *at(context, context->shape[0], 0);
    if (IS(COUNTS_CALLS)) *at(out, 0, 0) += 1e-6 * ++in_the_way;
    if (IS(SHARES_INSTANCES)) *at(out, 0, 0) += 1e-6 * in_the_way;
    return TAKENS_OK;
}

/* Saving. */

static takens_status f_load(takens_instance *self, takens_istream *stream, takens_error *error) {
    takens_status status = load(self, stream, error);
    if (IS(LOADS_ANYTHING) && status != TAKENS_OK) {
        self->slope = (double *)realloc(self->slope, 64 * sizeof(double));
        memset(self->slope, 0, 64 * sizeof(double));
        self->components = 3;
        return TAKENS_OK;
    }
    if (IS(LOADS_WRONG) && status == TAKENS_OK) self->slope[0] = 0;
    return status;
}

/* Extensions. */

static takens_status find(takens_instance *self, const takens_call *call, const takens_candidate_sink *sink,
                          takens_error *error) {
    takens_str equations[3] = {TAKENS_STR("y - x"), TAKENS_STR("x * z"), TAKENS_STR("x")};
    takens_candidate candidate = {sizeof candidate, 0, 3, equations, 1.0, 0.5};
    static const char strange[] = "x ** (y";
    (void)self; (void)call; (void)error;
    if (IS(EQUATIONS_UNREADABLE)) equations[1].ptr = strange, equations[1].len = sizeof strange - 1;
    if (IS(EQUATIONS_TOO_FEW)) candidate.equation_count = 2;
    return sink->push(sink->ctx, &candidate);
}

static takens_status fill(takens_instance *self, const takens_tensor *context, const takens_call *call,
                          takens_tensor *out, takens_error *error) {
    int64_t count = out->shape[0] * out->shape[1] * out->shape[2];
    (void)self; (void)context; (void)call; (void)error;
    for (int64_t i = 0; i < count; i++) ((double *)out->data)[i] = IS(SAMPLES_NAN) ? NAN : 3.0;
    return TAKENS_OK;
}

static takens_status update(takens_instance *self, const takens_tensor *samples, const takens_call *call,
                            takens_error *error) {
    (void)self; (void)samples; (void)call; (void)error;
    return TAKENS_OK;
}

static const takens_symbolic symbolic = {sizeof symbolic, 0, find};
static const takens_probabilistic probabilistic = {sizeof probabilistic, 0, fill};
static const takens_jacobian jacobian = {sizeof jacobian, 0, fill};
static const takens_online online = {sizeof online, 0, update};

static const void *f_extension(takens_instance *self, takens_str id) {
    (void)self;
    if (IS(ANSWERS_ANY_ID)) return &symbolic;
    if ((IS(EQUATIONS_UNREADABLE) || IS(EQUATIONS_TOO_FEW)) && is(TAKENS_SYMBOLIC, id)) return &symbolic;
    if (IS(SAMPLES_NAN) && is(TAKENS_PROBABILISTIC, id)) return &probabilistic;
    if (IS(WRONG_JACOBIAN) && is(TAKENS_JACOBIAN, id)) return &jacobian;
    if (IS(LEARNS_ANYTHING) && is(TAKENS_ONLINE, id)) return &online;
    return NULL;
}

static const char half_schema[] = "{\"type\":\"object\",";
static const char bad_tune[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"weight\":{\"type\":\"number\","
    "\"description\":\"w\",\"default\":0.5,\"minimum\":0,\"maximum\":1,\"x-takens-tune\":[2.0]}}}";

static takens_method f_method = {
    sizeof(takens_method), 0, TAKENS_STR("sound"), TAKENS_STR("0.1.0"), TAKENS_STR("forecaster"),
    {schema, sizeof schema - 1}, TAKENS_FORECASTS, f_create, f_destroy, f_fit, f_forecast, save, f_load,
    f_extension,
};

static const char discovering[] =
#include "manifest.h"
    "discovers = true\n";

static const takens_method *f_get(uint32_t index) {
    f_method.caps = caps();
    if (IS(NOT_IN_MANIFEST)) f_method.id.len = 4;
    if (IS(NO_DESTROY)) f_method.destroy = NULL;
    if (IS(SAVES_WITHOUT_LOAD)) f_method.load = NULL;
    if (IS(HALF_A_SCHEMA)) f_method.params_schema.ptr = half_schema, f_method.params_schema.len = 17;
    if (IS(TUNES_BEYOND_BOUNDS))
        f_method.params_schema.ptr = bad_tune, f_method.params_schema.len = sizeof bad_tune - 1;
    return index == 0 || IS(ANY_METHOD) ? &f_method : NULL;
}

const takens_entry takens_plugin_entry = {
    IS(NOT_AN_ENTRY) ? 7 : TAKENS_MAGIC, sizeof(takens_entry), IS(OTHER_MAJOR) ? 9 : TAKENS_ABI_MAJOR,
    TAKENS_ABI_MINOR, 0, 0,
#if FAULT == EQUATIONS_UNREADABLE || FAULT == EQUATIONS_TOO_FEW
    {discovering, sizeof discovering - 1},
#else
    {manifest, sizeof manifest - (IS(OTHER_MANIFEST) ? 5 : 1)},
#endif
    f_init, NULL, method_count, f_get, NULL,
};
