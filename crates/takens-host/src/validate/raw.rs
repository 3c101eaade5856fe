//! Calling a method as other hosts do: with shorter structs and longer ones, and with memory laid out
//! in other ways.

use crate::load::{CallSetup, Failure, Instance, callbacks, views};
use ndarray::Array2;
use std::marker::PhantomData;
use std::mem::offset_of;
use takens_abi::{Call, Dataset as RawDataset, Error, Host, Method, Status, Tensor, covered};
use takens_plugin::Dataset;

/// What is written where nothing may be read or written: as a pointer it leads nowhere, as a number it
/// is one that no computation gives.
const POISON: u64 = 0xa5a5_a5a5_a5a5_a5a5;

/// How old a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// Structs as they are.
    Now,
    /// Structs end before what a method can do without, and callbacks are null.
    Old,
    /// Structs have grown at their end.
    New,
}

/// A struct as a host of another version has it, with poison behind its end.
pub(super) struct Shaped<T> {
    words: Vec<u64>,
    of: PhantomData<T>,
}

impl<T> Shaped<T> {
    /// `old`: the size of the struct at an old host. The struct's first field is its size.
    pub(super) fn new(value: &T, era: Era, old: usize) -> Self {
        let size = match era {
            Era::Now => size_of::<T>(),
            Era::Old => old,
            Era::New => size_of::<T>() + 64,
        };
        let mut words = vec![POISON; size_of::<T>().max(size) / 8 + 16];
        let kept = size.min(size_of::<T>());
        // SAFETY: the struct has `kept` bytes, and the words have room for more; the contract's structs
        // begin with their size, four bytes.
        unsafe {
            let to = words.as_mut_ptr().cast::<u8>();
            to.copy_from_nonoverlapping(std::ptr::from_ref(value).cast(), kept);
            to.cast::<u32>().write(size as u32);
        }
        Self { words, of: PhantomData }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut T {
        self.words.as_mut_ptr().cast()
    }

    pub(super) fn as_ptr(&self) -> *const T {
        self.words.as_ptr().cast()
    }
}

/// A matrix somewhere in a larger buffer, with poison around it and between its elements.
#[derive(Debug, Clone)]
pub(super) struct Lay {
    pub(super) buffer: Vec<f64>,
    begin: usize,
    shape: [i64; 2],
    strides: [i64; 2],
}

impl Lay {
    /// Row after row without gaps.
    pub(super) fn rows(shape: (usize, usize)) -> Self {
        Self::new(shape, [shape.1, 1])
    }

    /// Column after column, with a gap behind each.
    pub(super) fn columns(shape: (usize, usize)) -> Self {
        Self::new(shape, [1, shape.0 + 3])
    }

    /// Row after row, with a gap behind each.
    pub(super) fn gaps(shape: (usize, usize)) -> Self {
        Self::new(shape, [shape.1 + 2, 1])
    }

    fn new(shape: (usize, usize), strides: [usize; 2]) -> Self {
        let begin = 32;
        let length = shape.0 * strides[0] + shape.1 * strides[1] + 2 * begin;
        Self {
            buffer: vec![f64::from_bits(POISON); length],
            begin,
            shape: [shape.0 as i64, shape.1 as i64],
            strides: strides.map(|stride| stride as i64),
        }
    }

    pub(super) fn holding(mut self, values: &Array2<f64>) -> Self {
        for ((row, column), value) in values.indexed_iter() {
            let place = self.place(row, column);
            self.buffer[place] = *value;
        }
        self
    }

    fn place(&self, row: usize, column: usize) -> usize {
        self.begin + row * self.strides[0] as usize + column * self.strides[1] as usize
    }

    pub(super) fn values(&self) -> Array2<f64> {
        let shape = (self.shape[0] as usize, self.shape[1] as usize);
        Array2::from_shape_fn(shape, |(row, column)| self.buffer[self.place(row, column)])
    }

    /// The place behind the last row, where the future would be.
    pub(super) fn future(&mut self) -> &mut [f64] {
        let end = self.begin + (self.shape[0] * self.strides[0]) as usize;
        &mut self.buffer[end..]
    }

    /// Whether something was written where nothing belongs: how far from the nearest edge of the buffer.
    pub(super) fn trespass(&self) -> Option<String> {
        let mut own = vec![false; self.buffer.len()];
        for row in 0..self.shape[0] as usize {
            for column in 0..self.shape[1] as usize {
                own[self.place(row, column)] = true;
            }
        }
        let odd = self
            .buffer
            .iter()
            .zip(&own)
            .position(|(value, own)| !own && value.to_bits() != POISON)?;
        Some(if odd < self.begin {
            format!("{} elements before its first", self.begin - odd)
        } else {
            format!("at element {} of its memory, which is not its own", odd - self.begin)
        })
    }

    fn tensor(&mut self, flags: u32) -> Tensor {
        Tensor {
            struct_size: takens_abi::struct_size::<Tensor>(),
            dtype: Tensor::F64,
            ndim: 2,
            flags,
            shape: self.shape.as_ptr(),
            strides: self.strides.as_ptr(),
            data: self.buffer[self.begin..].as_mut_ptr().cast(),
            owner: std::ptr::null_mut(),
            release: None,
        }
    }
}

/// The host as a method of that era sees it; kept for ever, as a host is.
pub(super) fn host(era: Era) -> *const Host {
    // SAFETY: a host is plain data, copied whole.
    let mut copy = unsafe { callbacks::host().read() };
    if era == Era::Old {
        (copy.log, copy.get_extension) = (None, None);
    }
    if era == Era::New {
        copy.abi_minor = 99;
    }
    let shaped = Box::leak(Box::new(Shaped::new(&copy, era, offset_of!(Host, log))));
    shaped.as_ptr()
}

/// A call as that era's.
fn call(setup: &CallSetup, era: Era) -> Shaped<Call> {
    let mut call = setup.raw();
    if era == Era::Old {
        (call.progress, call.log, call.cancel) = (None, None, std::ptr::null());
    }
    // The random numbers come last, and no method can do without.
    Shaped::new(&call, era, size_of::<Call>())
}

/// Runs a function of the contract with an error buffer of that era.
pub(super) fn with_error(era: Era, body: impl FnOnce(*mut Error) -> Status) -> Result<(), Failure> {
    let (mut message, mut detail) = ([0u8; 1024], [0u8; 1024]);
    let error = Error {
        struct_size: 0,
        status: Status::OK,
        message: message.as_mut_ptr().cast(),
        message_capacity: message.len() as u64,
        message_len: 0,
        detail: detail.as_mut_ptr().cast(),
        detail_capacity: detail.len() as u64,
        detail_len: 0,
    };
    let mut error = Shaped::new(&error, era, offset_of!(Error, detail));
    let status = body(error.as_mut_ptr());
    if status == Status::OK {
        return Ok(());
    }
    // SAFETY: the length lies within the struct in every era.
    let length = unsafe { (&raw const (*error.as_ptr()).message_len).read() };
    Err(Failure::new(status, &message[..message.len().min(length as usize)]))
}

/// Fits.
pub(super) fn fit(
    instance: &mut Instance,
    data: &Dataset,
    setup: &CallSetup,
    era: Era,
) -> Result<(), Failure> {
    let lent = views::Data::new(data);
    // SAFETY: the view's struct, copied whole; what it points at lives as long as the view.
    let raw = unsafe { lent.as_ptr().read() };
    let raw = Shaped::new(&raw, era, offset_of!(RawDataset, noise_kind));
    let call = call(setup, era);
    // SAFETY: the table was checked when it was loaded.
    let fit = unsafe { covered!(instance.table(), Method, fit).flatten() };
    let fit = fit.ok_or_else(|| Failure::internal("the method has no fit"))?;
    with_error(era, |error| {
        // SAFETY: the plugin's function; all pointers are good for the call.
        unsafe { fit(instance.raw(), raw.as_ptr(), call.as_ptr(), error) }
    })
}

/// Forecasts from one layout into another.
pub(super) fn forecast(
    instance: &mut Instance,
    context: &mut Lay,
    out: &mut Lay,
    setup: &CallSetup,
    era: Era,
) -> Result<(), Failure> {
    let size = offset_of!(Tensor, owner);
    let context = Shaped::new(&context.tensor(Tensor::READ_ONLY), era, size);
    let mut out = Shaped::new(&out.tensor(0), era, size);
    let call = call(setup, era);
    // SAFETY: the table was checked when it was loaded.
    let forecast = unsafe { covered!(instance.table(), Method, forecast).flatten() };
    let forecast = forecast.ok_or_else(|| Failure::internal("the method does not forecast"))?;
    with_error(era, |error| {
        // SAFETY: the plugin's function; all pointers are good for the call.
        unsafe {
            forecast(instance.raw(), context.as_ptr(), call.as_ptr(), out.as_mut_ptr(), error)
        }
    })
}
