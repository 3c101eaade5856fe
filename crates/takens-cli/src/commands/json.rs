//! `takens help json`: what the JSON of every command holds.

use crate::failure::Failure;
use crate::print;

/// The documentation; `takens help json` shows it as well.
pub(crate) const HELP: &str = "\
With --json a command prints one JSON document on standard output; keys are snake_case. A number \
that is not finite is null, in eval the text \"NaN\", \"inf\" or \"-inf\".

list        array of {name, kind, dimension, field, tags, verdict, largest_exponent, standard_error,
            kaplan_yorke, period, origin}
show        {name, kind, origin, doc, field, cite, tags, same_form_as, meta, dimension, sizes, states,
            parameter_shapes, parameters, equations, outputs, delays, noise, modes, events, energy,
            invariants, known, sample, period, annotation}; states and parameter_shapes as declared,
            {name, doc, shape, first, ...}, all else one entry a scalar: parameters {name, default,
            value, range}, equations {state, expression, initial}, delays (in the order of x_tau)
            {name, state, lag, history}, noise {state, process, coefficient}, events {name, when,
            direction, assignments}
show --format odebench   {name, dim, source, variables, variable_names, parameters, parameter_names,
            equations, rhs, rhs_with_values, initial_conditions, parameter_constraints,
            initial_condition_constraints}
check       array of {file, code, severity, message, line, column, end_line, end_column, fix?};
            lines and columns count from 1, columns in characters; E000 is a file that cannot be read;
            with --fix, what remains; lines on standard error tell what was fixed
eval        {system, f, jacobian?}
eval --batch   JSON Lines in: {system, t?, x, params?}; out, in order: {system, f, jacobian?} or
            {system, error}
trajectory  {system, method, points, t_start, t_end, steps, rejected, evaluations, seconds,
            compile_seconds, trusted_horizon, horizon_proof, drifts}; the proof is \"double_double\"
            or \"second_run\"; with --no-horizon both are null; drifts is an array of {name,
            greatest}: the greatest departure of the energy and of each invariant from its first
            value, over the magnitude of that or 1, whichever is greater
poincare    {system, section, direction, count, t_first, t_last, steps, rejected, evaluations,
            seconds}
ensemble    {system, method, count, components, samples, t_end, steps, rejected, failed,
            first_failure, seconds}
dataset     {takens, recipe, hash, systems, skipped}, as in manifest.json; a system is {name,
            definition, parameters, period, step, method, columns, files}, a file {split, path,
            samples, initial, t_start, bytes, blake3, numbers}
lyapunov    {system, exponents, standard_errors, kaplan_yorke, sum, mean_divergence, t_end, verdict};
            with fewer --exponents than there are, kaplan_yorke and sum are null
annotate    {about, systems}; systems by name {definition, exponents, standard_errors, kaplan_yorke,
            kaplan_yorke_error?, mean_divergence, period, t_end, verdict, reason?, has_jumps,
            largest_by_divergence?, zero_one?, alignment?, correlation_dimension?,
            kolmogorov_sinai?, correlation_entropy?, permutation_entropy?, sample_step?, drifts?,
            missing?}; missing tells by quantity why it is absent;
            show has the same as annotation; an estimate is {value, standard_error}, the
            correlation dimension has its scaling range beside, in standard deviations
bench, leaderboard   {metric, direction, systems, groups, left_out, rows}; a row is {rank, method,
            median, low, high, behind_low, behind_high, mean_rank, first, tasks, done, diverged,
            failures, seconds, cpu_seconds}; behind is the paired difference to the first method
bench --events, distribute work --events   JSON Lines: {event: \"set_aside\", file, kept_as, reason}, {event: \"known\", tasks},
            {event: \"tuned\", system, method, trials, cpu_seconds, chosen}, {event: \"elsewhere\",
            tasks} (others in the folder have ended so many), and
            for each task, once its result is on the disk, {event: \"ended\", task, system,
            method, seed, status, kind}
bench --plan   {tasks, known, methods, seconds, without_past, limit_seconds, workers}; a method is
            {method, tasks, known, seconds, past}; seconds are those of all open tasks in a row
status      {planned, ended, statuses, set_aside, last_result_seconds, rate, seconds_left, files,
            members, in_flight}; a file is {path, results, last_result_seconds, damage}, a member
            {name, host, process, share, results, silent_seconds, lease_seconds}, and what it has in
            flight {task, member}
distribute slurm, hyperqueue   {file, workers, tasks, job}; the job is what the engine said, or null
rescore     {scored, changed, metrics, file}
diff        {equal, different, moved, only_first, only_second}; different are {task, system, method,
            seed, first, second}, moved {system, method, parameters, seed, statuses, scores}
discover    {system, method, equations, level, certainty, verdict, error, scores, complexity, loss,
            front, data, seconds, cpu_seconds}
judge       {level, certainty, components, witness, symmetry?, ...}
judge --batch  JSON Lines in: {truth, candidate}, truth a name or {dsl}; out, in order: a verdict or {error}
plugin list    array of {id, kind, discovers, summary, source, plugin, version, abi, library}
plugin show    one of these
plugin validate   {plugin, version, abi, library_hash, seed, sound, checks}; a check is {check, method,
            verdict, message, seconds}, the verdict passed, failed, crashed, skipped or warning
";

pub(crate) fn run() -> Result<(), Failure> {
    print::text(HELP)
}
