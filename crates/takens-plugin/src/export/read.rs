//! The host's arrays and datasets as Rust values. Everything is copied: a plugin keeps nothing of
//! the host's, and its rows lie next to each other whatever the host's strides are.

use ndarray::{Array2, Array3};
use takens_abi::{IStream, Series as RawSeries, Status, Str, Tensor, covered};
use takens_core::TimeGrid;

use crate::{Dataset, Fault, Noise, NoiseKind, Series, TimeKind};

/// Where the elements of an array of `N` axes lie.
struct View<const N: usize> {
    data: *mut f64,
    shape: [usize; N],
    strides: [usize; N],
}

impl<const N: usize> View<N> {
    /// # Safety
    /// `tensor` is null or points at a tensor as `takens_abi::Tensor` describes it.
    unsafe fn of(tensor: *const Tensor, what: &str) -> Result<Self, String> {
        if tensor.is_null() {
            return Err(format!("the host passed no {what}"));
        }
        // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
        let (dtype, ndim, shape, strides, data) = unsafe {
            (
                covered!(tensor, Tensor, dtype),
                covered!(tensor, Tensor, ndim),
                covered!(tensor, Tensor, shape),
                covered!(tensor, Tensor, strides),
                covered!(tensor, Tensor, data),
            )
        };
        let (Some(Tensor::F64), Some(axes), Some(lengths), Some(data)) = (dtype, ndim, shape, data)
        else {
            return Err(format!("the {what} is not an array of doubles"));
        };
        if axes as usize != N || lengths.is_null() {
            return Err(format!("the {what} has {axes} axes; {N} are expected"));
        }
        let size = |length: i64| {
            usize::try_from(length).map_err(|_| format!("the {what} has a negative length"))
        };
        let (mut shape, mut steps) = ([0; N], [1; N]);
        for (axis, length) in shape.iter_mut().enumerate() {
            // SAFETY: there is a length for each axis.
            *length = size(unsafe { lengths.add(axis).read() })?;
        }
        for axis in (0..N).rev() {
            steps[axis] = match strides {
                // SAFETY: there is a stride for each axis, if there are any.
                Some(strides) if !strides.is_null() => size(unsafe { strides.add(axis).read() })?,
                _ => shape[axis + 1..].iter().product(),
            };
        }
        if data.is_null() && shape.iter().product::<usize>() > 0 {
            return Err(format!("the {what} has no data"));
        }
        Ok(Self { data: data.cast(), shape, strides: steps })
    }

    fn place(&self, index: [usize; N]) -> *mut f64 {
        self.data.wrapping_add(index.iter().zip(self.strides).map(|(i, stride)| i * stride).sum())
    }
}

/// A copy of a matrix.
///
/// # Safety
/// `tensor` is null or points at a tensor as `takens_abi::Tensor` describes it.
pub unsafe fn matrix(tensor: *const Tensor, what: &str) -> Result<Array2<f64>, String> {
    // SAFETY: by the caller's promise.
    let matrix = unsafe { View::of(tensor, what) }?;
    Ok(Array2::from_shape_fn(matrix.shape, |(row, column)| {
        // SAFETY: the element lies within the tensor.
        unsafe { matrix.place([row, column]).read() }
    }))
}

/// The shape of an array of `N` axes.
///
/// # Safety
/// As [`matrix`].
pub unsafe fn shape<const N: usize>(
    tensor: *const Tensor,
    what: &str,
) -> Result<[usize; N], String> {
    // SAFETY: by the caller's promise.
    unsafe { View::of(tensor, what) }.map(|view| view.shape)
}

/// Writes `values`, of the tensor's shape, in place.
///
/// # Safety
/// As [`matrix`], and the data may be written.
pub unsafe fn write(tensor: *mut Tensor, values: &Array2<f64>) -> Result<(), String> {
    // SAFETY: by the caller's promise.
    let view = unsafe { View::of(tensor, "output") }?;
    debug_assert_eq!(view.shape, [values.nrows(), values.ncols()]);
    for ((row, column), value) in values.indexed_iter() {
        // SAFETY: the element lies within the tensor, for the shapes are the same.
        unsafe { view.place([row, column]).write(*value) };
    }
    Ok(())
}

/// As [`write`], for three axes.
///
/// # Safety
/// As [`write`].
pub(super) unsafe fn write_cube(tensor: *mut Tensor, values: &Array3<f64>) -> Result<(), String> {
    // SAFETY: by the caller's promise.
    let view = unsafe { View::of(tensor, "output") }?;
    debug_assert_eq!(view.shape, <[usize; 3]>::from(values.dim()));
    for ((i, j, k), value) in values.indexed_iter() {
        // SAFETY: the element lies within the tensor, for the shapes are the same.
        unsafe { view.place([i, j, k]).write(*value) };
    }
    Ok(())
}

/// A copy of a text.
///
/// # Safety
/// `text` borrows bytes that are there, or is empty.
pub unsafe fn text(text: Str, what: &str) -> Result<String, String> {
    // SAFETY: by the caller's promise.
    let text = unsafe { text.text() };
    text.map(str::to_owned).map_err(|error| format!("the {what} is not UTF-8: {error}"))
}

/// All bytes of a stream.
///
/// # Safety
/// `stream` is null or points at a stream as `takens_abi::IStream` describes it.
pub unsafe fn stream(stream: *mut IStream) -> Result<Vec<u8>, Fault> {
    let none = || Fault::Internal("the host has no bytes".into());
    if stream.is_null() {
        return Err(none());
    }
    // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
    let (ctx, read) =
        unsafe { (covered!(stream, IStream, ctx), covered!(stream, IStream, read).flatten()) };
    let (Some(ctx), Some(read)) = (ctx, read) else { return Err(none()) };
    let (mut bytes, mut block) = (Vec::new(), vec![0u8; 1 << 16]);
    loop {
        let mut got = 0;
        // SAFETY: the host's callback with the host's context, and room for as much as is said.
        let status = unsafe { read(ctx, block.as_mut_ptr(), block.len() as u64, &raw mut got) };
        if status != Status::OK {
            return Err(Fault::Internal(format!("the host answered {status:?} to a read")));
        }
        let Some(new) = block.get(..got as usize) else {
            return Err(Fault::Internal("the host gave more than there was room for".into()));
        };
        if new.is_empty() {
            return Ok(bytes);
        }
        bytes.extend_from_slice(new);
    }
}

/// A copy of a dataset.
///
/// # Safety
/// `data` is null or points at a dataset as `takens_abi::Dataset` describes it.
pub unsafe fn dataset(data: *const takens_abi::Dataset) -> Result<Dataset, String> {
    if data.is_null() {
        return Err("the host passed no data".into());
    }
    // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
    let (flags, series_count, series, component_count, names) = unsafe {
        (
            covered!(data, takens_abi::Dataset, flags).unwrap_or(0),
            covered!(data, takens_abi::Dataset, series_count).unwrap_or(0),
            covered!(data, takens_abi::Dataset, series),
            covered!(data, takens_abi::Dataset, component_count).unwrap_or(0),
            covered!(data, takens_abi::Dataset, names),
        )
    };
    // SAFETY: as above.
    let (noise_kind, noise_level) = unsafe {
        (
            covered!(data, takens_abi::Dataset, noise_kind).unwrap_or(Str::EMPTY),
            covered!(data, takens_abi::Dataset, noise_level).unwrap_or(f64::NAN),
        )
    };
    let mut copy = Dataset {
        time: if flags & takens_abi::Dataset::DISCRETE_TIME == 0 {
            TimeKind::Continuous
        } else {
            TimeKind::Discrete
        },
        ..Dataset::default()
    };
    for index in 0..series_count as usize {
        let list = series.filter(|list| !list.is_null()).ok_or("the host passed no series")?;
        // SAFETY: the list has `series_count` pointers, each to a series.
        copy.series.push(unsafe { one_series(list.add(index).read()) }?);
    }
    for index in 0..component_count as usize {
        let list = names.filter(|list| !list.is_null()).ok_or("the host passed no names")?;
        // SAFETY: the list has `component_count` texts.
        copy.names.push(unsafe { text(list.add(index).read(), "name of a component") }?);
    }
    // SAFETY: the text is the host's and lasts for the call.
    let kind = unsafe { text(noise_kind, "kind of noise") }?;
    copy.noise = NoiseKind::from_name(&kind)
        .filter(|_| noise_level.is_finite())
        .map(|kind| Noise { kind, level: noise_level });
    Ok(copy)
}

/// A copy of one series.
///
/// # Safety
/// `series` is null or points at a series as `takens_abi::Series` describes it.
unsafe fn one_series(series: *const RawSeries) -> Result<Series, String> {
    if series.is_null() {
        return Err("the host passed no series".into());
    }
    // SAFETY: not null, and by the caller's promise as long as its `struct_size` says.
    let (values, times, start, step) = unsafe {
        (
            covered!(series, RawSeries, values).unwrap_or(std::ptr::null()),
            covered!(series, RawSeries, times).unwrap_or(std::ptr::null()),
            covered!(series, RawSeries, start).unwrap_or(0.0),
            covered!(series, RawSeries, step).unwrap_or(f64::NAN),
        )
    };
    // SAFETY: by the caller's promise.
    let values = unsafe { matrix(values, "trajectory") }?;
    let grid = if times.is_null() {
        TimeGrid::uniform(start, step, values.nrows())
    } else {
        // SAFETY: there is an instant for each row.
        let times = (0..values.nrows()).map(|row| unsafe { times.add(row).read() });
        TimeGrid::explicit(times.collect())
    };
    Ok(Series { grid: grid.map_err(|error| error.to_string())?, values })
}
