/* takens.h: the contract between Takens and its plugins, ABI 1.0.
 *
 * Generated from the crate takens-abi; do not edit. A plugin is a shared library that exports one symbol,
 * `takens_plugin_entry`. Every struct says its own size; a field is read only if `struct_size` covers it
 * (TAKENS_COVERS). Nothing unwinds across this boundary: a C++ plugin catches its exceptions.
 * Names in square brackets in the comments are those of the crate: [`Method`] is takens_method here. */

#ifndef TAKENS_H
#define TAKENS_H

#include <stddef.h>
#include <stdint.h>
#if defined(_WIN32)
#define TAKENS_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define TAKENS_EXPORT __attribute__((visibility("default")))
#else
#define TAKENS_EXPORT
#endif

/* A takens_str of a string literal, as an initialiser. */
#define TAKENS_STR(literal) { (literal), sizeof(literal) - 1 }

/* Ids of extensions. */
#define TAKENS_SYMBOLIC "takens.symbolic/1"
#define TAKENS_PROBABILISTIC "takens.probabilistic/1"
#define TAKENS_JACOBIAN "takens.jacobian/1"
#define TAKENS_ONLINE "takens.online/1"

/* Whether the struct behind `pointer`, of that type, is long enough to have that field. */
#define TAKENS_COVERS(pointer, type, field) \
    ((pointer)->struct_size >= offsetof(type, field) + sizeof(((const type *)(pointer))->field))

/*
 What [`Entry::magic`] holds: the bytes `TAKENSPL` in memory order on a little-endian machine.
 */
#define TAKENS_MAGIC 5498986740654489940

/*
 The major version of the contract: the two sides must have the same.
 */
#define TAKENS_ABI_MAJOR 1

/*
 The minor version of the contract: structs have grown at their end this many times.
 */
#define TAKENS_ABI_MINOR 0

/*
 A panic ends the process: the library was built to abort.
 */
#define TAKENS_PANIC_ABORT 1

/*
 Two instances must not be at work at once.
 */
#define TAKENS_NOT_REENTRANT (1 << 1)

/*
 The result depends on the seed.
 */
#define TAKENS_STOCHASTIC 1

/*
 The method has `forecast`.
 */
#define TAKENS_FORECASTS (1 << 1)

/*
 The method answers to the extension `takens.symbolic/1`.
 */
#define TAKENS_DISCOVERS (1 << 2)

/*
 The result depends on the number of threads, in its last bits at least.
 */
#define TAKENS_THREADS_MATTER (1 << 3)

/*
 The method cannot go on, or gives a result that should not be used.
 */
#define TAKENS_LEVEL_ERROR 1

/*
 Something a user should look at.
 */
#define TAKENS_LEVEL_WARN 2

/*
 What a user may want to know.
 */
#define TAKENS_LEVEL_INFO 3

/*
 What the method's author may want to know.
 */
#define TAKENS_LEVEL_DEBUG 4

/*
 A borrowed text: UTF-8, no zero byte at its end.
 */
typedef struct takens_str {
    /*
     The first byte. May be null if `len` is 0.
     */
    const char *ptr;
    /*
     The number of bytes.
     */
    uint64_t len;
} takens_str;

/*
 How a call ended. Other numbers than these count as [`Status::INTERNAL`].
 */
typedef int32_t takens_status;
/*
 All is well.
 */
#define TAKENS_OK 0
/*
 The host asked to stop, and the method did.
 */
#define TAKENS_CANCELLED 1
/*
 The deadline passed, and the method stopped by itself.
 */
#define TAKENS_TIMEOUT 2
/*
 The method cannot do what was asked: many components, say, or irregular times.
 */
#define TAKENS_UNSUPPORTED 3
/*
 The parameters are not valid.
 */
#define TAKENS_INVALID_PARAMS 4
/*
 The data are not valid: too short, or not finite.
 */
#define TAKENS_INVALID_DATA 5
/*
 The fit or the forecast ran away. A scored outcome, not a crash.
 */
#define TAKENS_DIVERGED 6
/*
 More memory is needed than there is.
 */
#define TAKENS_OUT_OF_MEMORY 7
/*
 The method panicked; the panic was caught on the plugin's side.
 */
#define TAKENS_PANIC 8
/*
 A fault of the method itself.
 */
#define TAKENS_INTERNAL 9

/*
 The host, as a plugin sees it. Lives as long as the process.
 */
typedef struct takens_host {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     The host's version of the contract.
     */
    uint16_t abi_major;
    /*
     The host's version of the contract.
     */
    uint16_t abi_minor;
    /*
     The first argument of every callback.
     */
    void *ctx;
    /*
     Who the host is and which version, for messages.
     */
    struct takens_str name;
    /*
     Reports a message outside of any call.
     */
    void (*log)(void *ctx, int32_t level, struct takens_str text);
    /*
     What else the host offers, by id; null where the id is unknown.
     */
    const void *(*get_extension)(void *ctx, struct takens_str id);
} takens_host;

/*
 The buffer, owned by the host, into which a failing call writes what went wrong.

 The host sets `message`, `detail` and the capacities, and both lengths to 0. The plugin writes
 at most as many bytes as the capacity says, cut where a character ends, and sets the length.
 The pointer to it may be null: the host does not want to know.
 */
typedef struct takens_error {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     The same as the call returns.
     */
    takens_status status;
    /*
     Room for a message to a person, UTF-8.
     */
    char *message;
    /*
     How much room.
     */
    uint64_t message_capacity;
    /*
     How much was written.
     */
    uint64_t message_len;
    /*
     Room for details, a JSON object: `{"file", "line", "column"}` of a panic, for one.
     */
    char *detail;
    /*
     How much room.
     */
    uint64_t detail_capacity;
    /*
     How much was written.
     */
    uint64_t detail_len;
} takens_error;

/*
 An instance of a method; what it is, the plugin alone knows.
 */
typedef struct takens_instance takens_instance;

/*
 An array. Which side owns the data, and for how long, is said where it is passed.
 */
typedef struct takens_tensor {
    /*
     The size of this struct at its maker.
     */
    uint32_t struct_size;
    /*
     The type of an element: [`Tensor::F64`] is the only one of this version.
     */
    uint32_t dtype;
    /*
     The number of axes.
     */
    uint32_t ndim;
    /*
     Bits: [`Tensor::READ_ONLY`].
     */
    uint32_t flags;
    /*
     The length of each axis, `ndim` of them, none negative.
     */
    const int64_t *shape;
    /*
     The distance of neighbours along each axis, in elements, none negative.
     Null: row-major without gaps.
     */
    const int64_t *strides;
    /*
     The first element. May be null if there are none.
     */
    void *data;
    /*
     What `release` needs.
     */
    void *owner;
    /*
     Frees the tensor. `None`: it is borrowed.
     */
    void (*release)(struct takens_tensor*);
} takens_tensor;
/*
 Elements are IEEE 754 doubles in the machine's byte order.
 */
#define TAKENS_TENSOR_F64 1
/*
 The data must not be written.
 */
#define TAKENS_TENSOR_READ_ONLY 1

/*
 One trajectory on its time grid.
 */
typedef struct takens_series {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     No bits in this version.
     */
    uint32_t flags;
    /*
     The states, `time × component`, read-only.
     */
    const struct takens_tensor *values;
    /*
     The instants, one for each row of `values`, increasing. Null: `start + i · step`.
     */
    const double *times;
    /*
     The first instant, in units of system time (iterations for maps).
     */
    double start;
    /*
     The distance between instants; not a number if `times` is given.
     */
    double step;
} takens_series;

/*
 One or more trajectories of the same components.
 */
typedef struct takens_dataset {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     Bits: [`Dataset::DISCRETE_TIME`].
     */
    uint32_t flags;
    /*
     The number of trajectories.
     */
    uint64_t series_count;
    /*
     The trajectories.
     */
    const struct takens_series *const *series;
    /*
     The number of components, the same in all trajectories.
     */
    uint64_t component_count;
    /*
     The names of the components: `x`, `k[0,1]`.
     */
    const struct takens_str *names;
    /*
     What is known of the noise: empty for nothing, else `additive` or `multiplicative`.
     */
    struct takens_str noise_kind;
    /*
     The standard deviation of the noise: in units of each component's standard deviation if
     additive, of the value itself if multiplicative. Not a number if unknown.
     */
    double noise_level;
} takens_dataset;
/*
 Time counts iterations of a map.
 */
#define TAKENS_DATASET_DISCRETE_TIME 1

/*
 One call's circumstances. The callbacks may be called from any thread while the call lasts.
 */
typedef struct takens_call {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     A hard budget of threads, at least 1.
     */
    uint32_t threads;
    /*
     The first argument of every callback.
     */
    void *ctx;
    /*
     The seed of the task.
     */
    uint64_t seed;
    /*
     Tells apart what one seed is used for. The host's `random_f64` knows it already.
     */
    uint64_t stream;
    /*
     How long the call may take, in nanoseconds from its start. 0: no deadline.
     */
    uint64_t deadline_ns;
    /*
     How much memory the process may use, in bytes. 0: not limited.
     */
    uint64_t memory_bytes;
    /*
     One word to poll: not 0 means stop and return CANCELLED. Volatile, and may be null.
     */
    const volatile uint32_t *cancel;
    /*
     Reports how far the work has come: `fraction` from 0 to 1, `loss` or not a number.
     */
    void (*progress)(void *ctx, double fraction, double loss, struct takens_str text);
    /*
     Reports a message; for `level` see [`crate::level`].
     */
    void (*log)(void *ctx, int32_t level, struct takens_str text);
    /*
     Random numbers, uniform in `[0, 1)`, multiples of 2⁻⁵³: number `offset + i` of `stream`
     into `out[i]`. The same place gives the same number, always. Streams below 2³² do not meet.
     */
    void (*random_f64)(void *ctx, uint64_t stream, uint64_t offset, double *out, uint64_t n);
} takens_call;

/*
 Where a plugin writes what varies in size.
 */
typedef struct takens_ostream {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The first argument of `write`.
     */
    void *ctx;
    /*
     Takes `len` bytes. Anything but OK means: stop, and return that status.
     */
    takens_status (*write)(void *ctx, const uint8_t *data, uint64_t len);
} takens_ostream;

/*
 Where a plugin reads what it once wrote.
 */
typedef struct takens_istream {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The first argument of `read`.
     */
    void *ctx;
    /*
     Gives at most `len` bytes and says in `got` how many; 0 is the end.
     */
    takens_status (*read)(void *ctx, uint8_t *data, uint64_t len, uint64_t *got);
} takens_istream;

/*
 One method. Immutable, lives as long as the process.
 */
typedef struct takens_method {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The name by which sweeps ask for it.
     */
    struct takens_str id;
    /*
     The method's version.
     */
    struct takens_str version;
    /*
     `forecaster` or `discoverer`. A discoverer that also forecasts is a forecaster with the
     capability [`caps::DISCOVERS`](crate::caps::DISCOVERS).
     */
    struct takens_str kind;
    /*
     The JSON Schema (2020-12) of the parameters, an object.
     */
    struct takens_str params_schema;
    /*
     Bits of [`crate::caps`].
     */
    uint64_t caps;
    /*
     Makes an instance from parameters, a JSON object; missing ones take their defaults, an
     empty text means all defaults. On failure the instance is left null.
     */
    takens_status (*create)(const struct takens_host *host,
                            struct takens_str params_json,
                            struct takens_instance **instance,
                            struct takens_error *error);
    /*
     Ends an instance. Null is allowed and does nothing.
     */
    void (*destroy)(struct takens_instance *instance);
    /*
     Learns from data. May be called again: the earlier fit is forgotten.
     */
    takens_status (*fit)(struct takens_instance *instance,
                         const struct takens_dataset *data,
                         const struct takens_call *call,
                         struct takens_error *error);
    /*
     Continues `context` (`time × component`, ends at the present) by as many steps as `out`
     (`time × component`) has rows. Null for a method that only discovers.
     */
    takens_status (*forecast)(struct takens_instance *instance,
                              const struct takens_tensor *context,
                              const struct takens_call *call,
                              struct takens_tensor *out,
                              struct takens_error *error);
    /*
     Writes the fitted instance. May be null.
     */
    takens_status (*save)(struct takens_instance *instance,
                          struct takens_ostream *stream,
                          struct takens_error *error);
    /*
     Reads what `save` wrote. May be null.
     */
    takens_status (*load)(struct takens_instance *instance,
                          struct takens_istream *stream,
                          struct takens_error *error);
    /*
     The extension of that id, or null where it is unknown. The instance may be null: does the
     method have it at all?
     */
    const void *(*get_extension)(struct takens_instance *instance, struct takens_str id);
} takens_method;

/*
 The only exported symbol of a plugin is a constant of this type: `takens_plugin_entry`.
 */
typedef struct takens_entry {
    /*
     [`crate::MAGIC`].
     */
    uint64_t magic;
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     The version of the contract that the plugin was built for.
     */
    uint16_t abi_major;
    /*
     The version of the contract that the plugin was built for.
     */
    uint16_t abi_minor;
    /*
     Bits of [`crate::entry_flags`].
     */
    uint32_t flags;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The text of the file `takens-plugin.toml` beside the library, to the byte.
     */
    struct takens_str manifest;
    /*
     Called before anything else. Counted: may be called again. May be null.
     */
    takens_status (*init)(const struct takens_host *host, struct takens_error *error);
    /*
     Undoes one `init`. May be null.
     */
    void (*deinit)(void);
    /*
     The number of methods.
     */
    uint32_t (*method_count)(void);
    /*
     The method of that number, null if there is none.
     */
    const struct takens_method *(*method)(uint32_t index);
    /*
     What else the plugin offers, by id; null where the id is unknown. May be null.
     */
    const void *(*get_extension)(struct takens_str id);
} takens_entry;

/*
 A candidate system: one equation for each component.
 */
typedef struct takens_candidate {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The number of equations: as many as the dataset has components.
     */
    uint64_t equation_count;
    /*
     Right-hand sides (next states for maps), in the expression syntax of the language, over the
     names of the dataset and `t`.
     */
    const struct takens_str *equations;
    /*
     How complex the method finds it: larger is more. Not a number if unknown.
     */
    double complexity;
    /*
     How badly it fits, by the method's own measure: smaller is better. Not a number if unknown.
     */
    double loss;
} takens_candidate;

/*
 Where a method pushes its candidates, best first.
 */
typedef struct takens_candidate_sink {
    /*
     The size of this struct at the host.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The first argument of `push`.
     */
    void *ctx;
    /*
     Takes one candidate, copying it. Anything but OK means: stop, and return that status.
     */
    takens_status (*push)(void *ctx, const struct takens_candidate *candidate);
} takens_candidate_sink;

/*
 What `get_extension("takens.symbolic/1")` of a method points at.
 */
typedef struct takens_symbolic {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The equations that a fitted instance has found: a front of complexity against loss.
     */
    takens_status (*candidates)(struct takens_instance *instance,
                                const struct takens_call *call,
                                const struct takens_candidate_sink *sink,
                                struct takens_error *error);
} takens_symbolic;

/*
 What `get_extension("takens.probabilistic/1")` of a method points at: forecasts as samples.
 */
typedef struct takens_probabilistic {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Continues `context` (`time × component`) as often as `out` (`sample × time × component`) has
     samples: each a whole path, drawn from the method's distribution of futures, all of equal
     weight and independent of each other.
     */
    takens_status (*sample)(struct takens_instance *instance,
                            const struct takens_tensor *context,
                            const struct takens_call *call,
                            struct takens_tensor *out,
                            struct takens_error *error);
} takens_probabilistic;

/*
 What `get_extension("takens.jacobian/1")` of a method points at: the derivative of the fitted model.
 */
typedef struct takens_jacobian {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The derivative of the forecast's first state by the last states of `context`
     (`time × component`), into `out` (`lag × component × component`): element `k, i, j` is the
     derivative of component `i` of the next state by component `j` of the state `k` samples
     before the present. A model without memory has zeros from `k` = 1 on.
     */
    takens_status (*jacobian)(struct takens_instance *instance,
                              const struct takens_tensor *context,
                              const struct takens_call *call,
                              struct takens_tensor *out,
                              struct takens_error *error);
} takens_jacobian;

/*
 What `get_extension("takens.online/1")` of a method points at: learning while data come in.
 */
typedef struct takens_online {
    /*
     The size of this struct at the plugin.
     */
    uint32_t struct_size;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Learns from `samples` (`time × component`), on the time step of the data, which follow
     directly on the last ones of the fit or of the update before. The fit is kept.
     */
    takens_status (*update)(struct takens_instance *instance,
                            const struct takens_tensor *samples,
                            const struct takens_call *call,
                            struct takens_error *error);
} takens_online;

#endif  /* TAKENS_H */

/* The only symbol that a plugin exports. It defines: const takens_entry takens_plugin_entry = { ... }; */
#ifdef __cplusplus
extern "C"
#else
extern
#endif
TAKENS_EXPORT const takens_entry takens_plugin_entry;
