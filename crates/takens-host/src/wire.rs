//! What coordinator and worker say to each other: frames of bytes on a socket of their own.
//!
//! Start at [`Order`] and [`Reply`]. A frame is a length (`u32`, little-endian) and that many bytes.
//! Numbers are bits, never text: a NaN arrives as it left.

use ndarray::Array2;
use std::io::{self, Read};
use takens_core::TimeGrid;
use takens_plugin::{Candidate, Dataset, Noise, NoiseKind, Series, TimeKind};

/// The longest frame, in bytes: what is longer is taken for nonsense.
pub(crate) const LONGEST: usize = 1 << 30;

/// What the coordinator says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Order {
    /// Load this library, with this manifest.
    Open { library: String, manifest: String },
    /// Do this job.
    Work { number: u64, task: Task },
    /// Ask the job of this number to stop.
    Cancel { number: u64 },
}

/// One job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Task {
    pub(crate) method: String,
    pub(crate) params: String,
    pub(crate) data: Dataset,
    pub(crate) context: Array2<f64>,
    pub(crate) horizon: u64,
    pub(crate) seed: u64,
    pub(crate) stream: u64,
    pub(crate) threads: u32,
    pub(crate) want_candidates: bool,
    pub(crate) deadline_ns: u64,
    pub(crate) memory_bytes: u64,
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    /// The library is loaded; what was odd about it.
    Opened { methods: Vec<MethodFacts>, oddities: Vec<String> },
    /// The library is not loaded.
    Refused { reason: String },
    /// A message of the method.
    Log { level: i32, text: String },
    /// How far the job has come.
    Progress { fraction: f64, loss: f64, text: String },
    /// How the job ended.
    Finished { report: Report },
}

/// What a loaded library says of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodFacts {
    /// The name by which sweeps ask for it.
    pub id: String,
    /// Its version.
    pub version: String,
    /// `forecaster` or `discoverer`.
    pub kind: String,
    /// The JSON Schema of its parameters.
    pub schema: String,
    /// Bits of `takens_abi::caps`.
    pub caps: u64,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Report {
    pub(crate) number: u64,
    /// A status of the contract.
    pub(crate) status: i32,
    pub(crate) message: String,
    pub(crate) forecast: Option<Array2<f64>>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) fit_seconds: f64,
    pub(crate) forecast_seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_memory: u64,
    pub(crate) oddities: Vec<String>,
}

/// Bytes that are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message that makes no sense")]
pub(crate) struct Nonsense;

/// A value that can be a message, or a part of one.
pub(crate) trait Wire: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense>;
}

/// The frame of a message; `None` if it would be too long.
pub(crate) fn frame(message: &impl Wire) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 4];
    message.put(&mut bytes);
    let length = bytes.len() - 4;
    if length > LONGEST {
        return None;
    }
    bytes[..4].copy_from_slice(&u32::try_from(length).ok()?.to_le_bytes());
    Some(bytes)
}

/// The message of a frame's bytes, all of them.
pub(crate) fn message<M: Wire>(mut bytes: &[u8]) -> Result<M, Nonsense> {
    let message = M::get(&mut bytes)?;
    if bytes.is_empty() { Ok(message) } else { Err(Nonsense) }
}

/// The next message of a stream; `None` at its end.
pub(crate) fn read<M: Wire>(stream: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length) as usize;
    let nonsense = || io::Error::new(io::ErrorKind::InvalidData, Nonsense);
    if length > LONGEST {
        return Err(nonsense());
    }
    // Grows with what arrives: a wrong length must not ask for memory.
    let mut bytes = Vec::new();
    stream.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Ok(None);
    }
    message(&bytes).map(Some).map_err(|_| nonsense())
}

/// Takes the first whole frame out of `buffer`, if there is one.
pub(crate) fn next<M: Wire>(buffer: &mut Vec<u8>) -> Result<Option<M>, Nonsense> {
    let Some(length) = buffer.first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_le_bytes(*length) as usize;
    if length > LONGEST {
        return Err(Nonsense);
    }
    let Some(bytes) = buffer.get(4..4 + length) else { return Ok(None) };
    let message = message(bytes)?;
    buffer.drain(..4 + length);
    Ok(Some(message))
}

fn take<'a>(input: &mut &'a [u8], count: usize) -> Result<&'a [u8], Nonsense> {
    let (head, tail) = input.split_at_checked(count).ok_or(Nonsense)?;
    *input = tail;
    Ok(head)
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
                let bytes = take(input, size_of::<Self>())?;
                Ok(Self::from_le_bytes(bytes.try_into().map_err(|_| Nonsense)?))
            }
        }
    )*};
}
numbers!(u8, u32, i32, u64, f64);

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        match u8::get(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Nonsense),
        }
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        let length = usize::try_from(u64::get(input)?).map_err(|_| Nonsense)?;
        Self::from_utf8(take(input, length)?.to_vec()).map_err(|_| Nonsense)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|item| item.put(out));
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        let count = u64::get(input)?;
        // Every item takes at least one byte: a wrong count must not ask for memory.
        if count > input.len() as u64 {
            return Err(Nonsense);
        }
        (0..count).map(|_| T::get(input)).collect()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        Ok(if bool::get(input)? { Some(T::get(input)?) } else { None })
    }
}

impl Wire for Array2<f64> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.nrows() as u64).put(out);
        (self.ncols() as u64).put(out);
        out.reserve(8 * self.len());
        self.iter().for_each(|value| value.put(out));
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        let size = |input: &mut &[u8]| usize::try_from(u64::get(input)?).map_err(|_| Nonsense);
        let shape = (size(input)?, size(input)?);
        let bytes = shape.0.checked_mul(shape.1).and_then(|count| count.checked_mul(8));
        let values = take(input, bytes.ok_or(Nonsense)?)?
            .chunks_exact(8)
            .map(|mut bytes| f64::get(&mut bytes))
            .collect::<Result<Vec<_>, _>>()?;
        Self::from_shape_vec(shape, values).map_err(|_| Nonsense)
    }
}

impl Wire for TimeGrid {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Uniform { start, step, len } => {
                0u8.put(out);
                start.put(out);
                step.put(out);
                (*len as u64).put(out);
            }
            Self::Explicit(times) => {
                1u8.put(out);
                times.put(out);
            }
        }
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        Ok(match u8::get(input)? {
            0 => Self::Uniform {
                start: f64::get(input)?,
                step: f64::get(input)?,
                len: usize::try_from(u64::get(input)?).map_err(|_| Nonsense)?,
            },
            1 => Self::Explicit(Vec::get(input)?),
            _ => return Err(Nonsense),
        })
    }
}

impl Wire for NoiseKind {
    fn put(&self, out: &mut Vec<u8>) {
        self.name().to_owned().put(out);
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        Self::from_name(&String::get(input)?).ok_or(Nonsense)
    }
}

impl Wire for TimeKind {
    fn put(&self, out: &mut Vec<u8>) {
        (*self == Self::Discrete).put(out);
    }
    fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
        Ok(if bool::get(input)? { Self::Discrete } else { Self::Continuous })
    }
}

/// A struct is its fields, one after the other.
macro_rules! fields {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }
            fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
                $(let $field = Wire::get(input)?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}
fields!(Noise { kind, level });
fields!(Series { grid, values });
fields!(Dataset { series, names, noise, time });
fields!(Candidate { equations, complexity, loss });
fields!(MethodFacts { id, version, kind, schema, caps });
fields!(Task {
    method,
    params,
    data,
    context,
    horizon,
    seed,
    stream,
    threads,
    want_candidates,
    deadline_ns,
    memory_bytes,
});
fields!(Report {
    number,
    status,
    message,
    forecast,
    candidates,
    fit_seconds,
    forecast_seconds,
    cpu_seconds,
    peak_memory,
    oddities,
});

/// An enum is the number of its variant and the variant's fields.
macro_rules! variants {
    ($type:ident { $($number:literal $variant:ident { $($field:ident),* }),* $(,)? }) => {
        impl Wire for $type {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        let number: u8 = $number;
                        number.put(out);
                        $($field.put(out);)*
                    })*
                }
            }
            fn get(input: &mut &[u8]) -> Result<Self, Nonsense> {
                match u8::get(input)? {
                    $($number => {
                        $(let $field = Wire::get(input)?;)*
                        Ok(Self::$variant { $($field),* })
                    })*
                    _ => Err(Nonsense),
                }
            }
        }
    };
}
variants!(Order {
    1 Open { library, manifest },
    2 Work { number, task },
    3 Cancel { number },
});
variants!(Reply {
    1 Opened { methods, oddities },
    2 Refused { reason },
    3 Log { level, text },
    4 Progress { fraction, loss, text },
    5 Finished { report },
});

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn task() -> Task {
        let mut data = Dataset::single(0.5, array![[1.0, f64::INFINITY], [-0.0, 2.0]]);
        data.noise = Some(Noise { kind: NoiseKind::Multiplicative, level: 0.1 });
        data.time = TimeKind::Discrete;
        let grid = TimeGrid::Explicit(vec![0.0, 0.3]);
        data.series.push(Series { grid, values: array![[1.0, 2.0], [3.0, 4.0]] });
        Task {
            method: "naïve".into(),
            params: "{}".into(),
            data,
            context: array![[5.0, 6.0]],
            horizon: 3,
            seed: u64::MAX,
            stream: 1,
            threads: 2,
            want_candidates: true,
            deadline_ns: 4,
            memory_bytes: 5,
        }
    }

    #[test]
    fn messages_arrive_as_they_left() {
        let orders = [
            Order::Open { library: "l".into(), manifest: "m".into() },
            Order::Work { number: 7, task: task() },
            Order::Cancel { number: 7 },
        ];
        let mut buffer: Vec<u8> = orders.iter().flat_map(|order| frame(order).unwrap()).collect();
        let mut stream = buffer.clone();
        for order in &orders {
            assert_eq!(next::<Order>(&mut buffer).unwrap().as_ref(), Some(order));
            let mut bytes = stream.as_slice();
            assert_eq!(read::<Order>(&mut bytes).unwrap().as_ref(), Some(order));
            stream = bytes.to_vec();
        }
        assert_eq!(next::<Order>(&mut buffer), Ok(None));
    }

    #[test]
    fn cut_and_mangled_messages_are_refused() {
        let whole = frame(&Order::Work { number: 7, task: task() }).unwrap();
        for length in 4..whole.len() {
            assert!(message::<Order>(&whole[4..length]).is_err());
            assert_eq!(read::<Order>(&mut &whole[..length]).unwrap(), None);
        }
        for place in 4..whole.len() {
            let mut mangled = whole.clone();
            mangled[place] = 0xff;
            // Any answer will do, as long as there is one.
            let _ = message::<Order>(&mangled[4..]);
        }
        assert!(next::<Order>(&mut vec![0xff; 8]).is_err());
    }
}
