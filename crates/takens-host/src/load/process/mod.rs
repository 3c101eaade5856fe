//! Methods that are programs: a table of the contract whose functions speak to a process.
//!
//! Start at [`open`]. To all that stands above, such a plugin is one like any other: the functions here read
//! the host's structs as a plugin would, and `channel` carries the questions over pipes. A worker loads
//! one plugin, so there is one process.

mod channel;

use crate::plugins::Manifest;
use channel::{Channel, Message};
use ndarray::Array2;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ffi::c_void;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use takens_abi::{
    ABI_MAJOR, ABI_MINOR, CandidateSink, Entry, Error, Host, IStream, Instance, MAGIC, Method,
    OStream, SYMBOLIC, Status, Str, Symbolic, Tensor, caps,
};
use takens_core::TimeGrid;
use takens_plugin::envelope::{self, Origin};
use takens_plugin::export::bridge;
use takens_plugin::{Call, Candidate, Dataset, Fault, TimeKind, params};

/// What a program says of a method.
#[derive(Debug, Deserialize)]
struct Facts {
    id: String,
    version: String,
    kind: String,
    schema: Value,
    #[serde(default)]
    stochastic: bool,
    #[serde(default)]
    forecasts: bool,
    #[serde(default)]
    discovers: bool,
    #[serde(default)]
    threads_matter: bool,
    #[serde(default)]
    saves: bool,
}

/// The program and the tables made for it.
struct Program {
    channel: Mutex<Channel>,
    running: Arc<AtomicU32>,
    facts: Vec<Facts>,
    tables: Vec<Method>,
    entry: Entry,
}

static PROGRAM: OnceLock<Program> = OnceLock::new();

/// The process that the methods of this worker are, if they are one.
pub(crate) fn process_id() -> Option<u32> {
    let id = PROGRAM.get().map(|program| program.running.load(Ordering::SeqCst));
    id.filter(|id| *id != 0)
}

/// The open files that lead to that process.
pub(crate) fn process_files() -> Vec<i32> {
    let files = |program: &Program| Some(program.channel.try_lock().ok()?.files());
    PROGRAM.get().and_then(files).unwrap_or_default()
}

/// Starts the process again if it was ended, and waits until it answers: what it takes to start, as it did at
/// first, belongs to no job and stands under no job's limits.
pub(crate) fn wake_process() {
    let Some(program) = PROGRAM.get() else { return };
    let mut channel = program.channel.lock().unwrap_or_else(|lock| lock.into_inner());
    if !channel.runs() {
        // What is wrong is told to the instance that is asked for next.
        let _ = channel.revive().and_then(|()| channel.ask(describe(), None));
    }
}

fn describe() -> Message {
    Message::of(json!({"do": "describe"}))
}

/// Starts the program and asks for its methods.
pub(super) fn open(
    script: &Path,
    manifest: &Manifest,
    manifest_text: &str,
) -> Result<*const Entry, String> {
    if let Some(program) = PROGRAM.get() {
        return Ok(&raw const program.entry);
    }
    let spec = manifest.process.as_ref().ok_or("the manifest has no [process]")?;
    let mut channel = Channel::new(spec, script);
    let answer = channel.ask(describe(), None).map_err(|fault| fault.to_string())?;
    let facts: Vec<Facts> = Deserialize::deserialize(&answer.head["methods"])
        .map_err(|error| format!("the program describes its methods badly: {error}"))?;
    if facts.len() > CREATES.len() {
        return Err(format!("at most {} methods in one program are served", CREATES.len()));
    }
    let tables = facts.iter().zip(CREATES).map(|(facts, create)| table(facts, create)).collect();
    let text: &'static str = Box::leak(manifest_text.to_owned().into_boxed_str());
    let entry = Entry {
        magic: MAGIC,
        struct_size: takens_abi::struct_size::<Entry>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        flags: 0,
        reserved: 0,
        manifest: Str::new(text),
        init: None,
        deinit: None,
        method_count: Some(method_count),
        method: Some(method),
        get_extension: None,
    };
    let running = channel.running();
    let program = Program { channel: Mutex::new(channel), running, facts, tables, entry };
    Ok(&raw const PROGRAM.get_or_init(|| program).entry)
}

type Create = unsafe extern "C" fn(*const Host, Str, *mut *mut Instance, *mut Error) -> Status;

/// A function knows its method by its number alone, so there is one for each.
const CREATES: [Create; 8] = [
    create::<0>,
    create::<1>,
    create::<2>,
    create::<3>,
    create::<4>,
    create::<5>,
    create::<6>,
    create::<7>,
];

fn table(facts: &Facts, create: Create) -> Method {
    let text = |text: &str| Str::new(Box::leak(text.to_owned().into_boxed_str()));
    let bit = |set: bool, bit: u64| if set { bit } else { 0 };
    Method {
        struct_size: takens_abi::struct_size::<Method>(),
        reserved: 0,
        id: text(&facts.id),
        version: text(&facts.version),
        kind: text(&facts.kind),
        params_schema: text(&facts.schema.to_string()),
        caps: bit(facts.stochastic, caps::STOCHASTIC)
            | bit(facts.forecasts, caps::FORECASTS)
            | bit(facts.discovers, caps::DISCOVERS)
            | bit(facts.threads_matter, caps::THREADS_MATTER),
        create: Some(create),
        destroy: Some(destroy),
        fit: Some(fit),
        forecast: facts.forecasts.then_some(forecast),
        save: facts.saves.then_some(save),
        load: facts.saves.then_some(load),
        get_extension: facts.discovers.then_some(extension),
    }
}

unsafe extern "C" fn method_count() -> u32 {
    PROGRAM.get().map_or(0, |program| program.tables.len() as u32)
}

unsafe extern "C" fn method(index: u32) -> *const Method {
    let table = PROGRAM.get().and_then(|program| program.tables.get(index as usize));
    table.map_or(std::ptr::null(), std::ptr::from_ref)
}

/// An instance in the process.
struct Remote {
    number: u64,
    /// Which start of the process it lives in.
    life: u64,
    origin: Origin,
}

fn channel() -> Result<MutexGuard<'static, Channel>, Fault> {
    let program = PROGRAM.get().ok_or_else(|| Fault::Internal("there is no program".into()))?;
    Ok(program.channel.lock().unwrap_or_else(|lock| lock.into_inner()))
}

impl Remote {
    /// Asks about this instance.
    fn ask(&self, mut message: Message, call: Option<&Call>) -> Result<Message, Fault> {
        let mut channel = channel()?;
        if channel.life() != self.life {
            return Err(Fault::Internal(
                "the method's process was started anew; so must be its \
                 instances"
                    .into(),
            ));
        }
        message.head["instance"] = self.number.into();
        if let Some(call) = call {
            let left = call
                .deadline
                .map(|at| at.saturating_duration_since(std::time::Instant::now()).as_secs_f64());
            message.head["call"] = json!({
                "seed": call.seed, "stream": call.stream, "threads": call.threads,
                "seconds": left, "memory": call.memory,
            });
        }
        channel.ask(message, call)
    }
}

/// The instance behind a pointer.
///
/// # Safety
/// `instance` is null or was made by [`create`] and is not destroyed.
unsafe fn remote<'a>(instance: *mut Instance) -> Result<&'a Remote, Fault> {
    // SAFETY: by the caller's promise.
    let remote = unsafe { instance.cast::<Remote>().as_ref() };
    remote.ok_or_else(|| Fault::Internal("the host passed no instance".into()))
}

unsafe extern "C" fn create<const N: usize>(
    _host: *const Host,
    params_json: Str,
    instance: *mut *mut Instance,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: a place for a pointer and a text, by the contract.
        let text = unsafe {
            instance.write(std::ptr::null_mut());
            bridge::text(params_json, "parameters").map_err(Fault::InvalidParams)?
        };
        let program = PROGRAM.get().ok_or_else(|| Fault::Internal("there is no program".into()))?;
        let facts = &program.facts[N];
        let given = match text.trim() {
            "" => json!({}),
            text => serde_json::from_str(text)
                .map_err(|error| Fault::InvalidParams(format!("not JSON: {error}")))?,
        };
        let whole = params::complete(&facts.schema, &given).map_err(Fault::InvalidParams)?;
        let origin = Origin {
            method: facts.id.clone(),
            version: facts.version.clone(),
            params: envelope::params_hash(&whole),
        };
        let mut channel = channel()?;
        channel.revive()?;
        let question = json!({"do": "create", "method": facts.id, "params": whole});
        let answer = channel.ask(Message::of(question), None)?;
        let number = answer.head["instance"].as_u64();
        let number =
            number.ok_or_else(|| Fault::Internal("the program made no instance".into()))?;
        let remote = Box::new(Remote { number, life: channel.life(), origin });
        // SAFETY: as above.
        unsafe { instance.write(Box::into_raw(remote).cast()) };
        Ok(())
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}

unsafe extern "C" fn destroy(instance: *mut Instance) {
    if instance.is_null() {
        return;
    }
    // SAFETY: made by `create`, and by the contract not used again.
    let remote = unsafe { Box::from_raw(instance.cast::<Remote>()) };
    // A process that is gone has destroyed it already.
    let _ = remote.ask(Message::of(json!({"do": "destroy"})), None);
}

unsafe extern "C" fn fit(
    instance: *mut Instance,
    data: *const takens_abi::Dataset,
    call: *const takens_abi::Call,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (remote, data, call) = unsafe {
            let data = bridge::dataset(data).map_err(Fault::InvalidData)?;
            (remote(instance)?, data, bridge::call(call).map_err(Fault::Internal)?)
        };
        remote.ask(question_of(&data), Some(&call)).map(drop)
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}

/// The data as a message: for each trajectory its values, and its instants if they have no step.
fn question_of(data: &Dataset) -> Message {
    let mut message = Message::of(json!({"do": "fit", "names": data.names}));
    message.head["discrete"] = (data.time == TimeKind::Discrete).into();
    if let Some(noise) = data.noise {
        message.head["noise"] = json!({"kind": noise.kind.name(), "level": noise.level});
    }
    let mut list = Vec::new();
    for series in &data.series {
        message.push(&series.values);
        match &series.grid {
            TimeGrid::Uniform { start, step, .. } => {
                list.push(json!({"start": start, "step": step}))
            }
            TimeGrid::Explicit(times) => {
                message.arrays.push((vec![times.len()], times.clone()));
                list.push(json!({"times": true}));
            }
        }
    }
    message.head["series"] = list.into();
    message
}

unsafe extern "C" fn forecast(
    instance: *mut Instance,
    context: *const Tensor,
    call: *const takens_abi::Call,
    out: *mut Tensor,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (remote, context, call, [horizon, components]) = unsafe {
            let context = bridge::matrix(context, "context").map_err(Fault::InvalidData)?;
            let call = bridge::call(call).map_err(Fault::Internal)?;
            let shape = bridge::shape(out, "output").map_err(Fault::Internal)?;
            (remote(instance)?, context, call, shape)
        };
        let mut message = Message::of(json!({"do": "forecast", "horizon": horizon}));
        message.push(&context);
        let mut answer = remote.ask(message, Some(&call))?;
        let (shape, values) = answer.arrays.pop().unwrap_or_default();
        if shape != [horizon, components] {
            return Err(Fault::Internal(format!(
                "the forecast is {shape:?}; asked for is {:?} (samples, components)",
                [horizon, components]
            )));
        }
        let values = Array2::from_shape_vec((horizon, components), values)
            .map_err(|error| Fault::Internal(error.to_string()))?;
        // SAFETY: the output is the host's, to be written, and of this shape.
        unsafe { bridge::write(out, &values) }.map_err(Fault::Internal)
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}

unsafe extern "C" fn save(
    instance: *mut Instance,
    stream: *mut OStream,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: the instance is as the contract says.
        let remote = unsafe { remote(instance) }?;
        let answer = remote.ask(Message::of(json!({"do": "save"})), None)?;
        // SAFETY: the stream is the host's, by the contract.
        unsafe { bridge::emit(stream, &envelope::seal(&remote.origin, &answer.bytes)) }
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}

unsafe extern "C" fn load(
    instance: *mut Instance,
    stream: *mut IStream,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: the instance and the stream are as the contract says.
        let (remote, bytes) = unsafe { (remote(instance)?, bridge::stream(stream)?) };
        let body = envelope::open(&remote.origin, &bytes)
            .map_err(|error| Fault::InvalidData(error.to_string()))?;
        let message = Message { bytes: body.to_vec(), ..Message::of(json!({"do": "load"})) };
        remote.ask(message, None).map(drop)
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}

unsafe extern "C" fn extension(_instance: *mut Instance, id: Str) -> *const c_void {
    static EXTENSION: Symbolic = Symbolic {
        struct_size: takens_abi::struct_size::<Symbolic>(),
        reserved: 0,
        candidates: Some(candidates),
    };
    // SAFETY: the text is the host's and lasts for the call.
    match unsafe { id.bytes() } == SYMBOLIC.as_bytes() {
        true => (&raw const EXTENSION).cast(),
        false => std::ptr::null(),
    }
}

unsafe extern "C" fn candidates(
    instance: *mut Instance,
    call: *const takens_abi::Call,
    sink: *const CandidateSink,
    error: *mut Error,
) -> Status {
    let body = || {
        // SAFETY: pointers as the contract says; the call outlives its copy, which ends here.
        let (remote, call) =
            unsafe { (remote(instance)?, bridge::call(call).map_err(Fault::Internal)?) };
        let answer = remote.ask(Message::of(json!({"do": "candidates"})), Some(&call))?;
        for found in answer.head["candidates"].as_array().into_iter().flatten() {
            let equations = found["equations"].as_array().into_iter().flatten();
            let candidate = Candidate {
                equations: equations.filter_map(|one| one.as_str().map(str::to_owned)).collect(),
                complexity: found["complexity"].as_f64().unwrap_or(f64::NAN),
                loss: found["loss"].as_f64().unwrap_or(f64::NAN),
            };
            // SAFETY: the sink is the host's, by the contract.
            unsafe { bridge::push(sink, &candidate) }?;
        }
        Ok(())
    };
    // SAFETY: the error buffer is the host's, by the contract.
    unsafe { bridge::run(error, body) }
}
