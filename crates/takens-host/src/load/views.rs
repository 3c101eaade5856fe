//! Rust arrays lent to the C side: nothing is copied, and a view lives no longer than what it shows.

use ndarray::{Array2, Array3};
use std::marker::PhantomData;
use takens_abi::{Dataset as RawDataset, Series as RawSeries, Str, Tensor};
use takens_core::TimeGrid;
use takens_plugin::{Dataset, TimeKind};

/// A matrix as a tensor.
#[derive(Debug)]
pub(super) struct Matrix<'a> {
    raw: Tensor,
    /// Shape and strides, where `raw` points.
    _axes: Box<[i64; 4]>,
    lent: PhantomData<&'a f64>,
}

impl<'a> Matrix<'a> {
    /// To be read.
    pub(super) fn read(values: &'a Array2<f64>) -> Self {
        let data = values.as_ptr().cast_mut();
        Self::new(data, values.dim(), values.strides(), Tensor::READ_ONLY)
    }

    /// To be written.
    pub(super) fn write(values: &'a mut Array2<f64>) -> Self {
        let (shape, data) = (values.dim(), values.as_mut_ptr());
        Self::new(data, shape, values.strides(), 0)
    }

    fn new(data: *mut f64, shape: (usize, usize), strides: &[isize], flags: u32) -> Self {
        let axes = Box::new([
            shape.0 as i64,
            shape.1 as i64,
            strides.first().copied().unwrap_or(0) as i64,
            strides.get(1).copied().unwrap_or(0) as i64,
        ]);
        let raw = Tensor {
            struct_size: takens_abi::struct_size::<Tensor>(),
            dtype: Tensor::F64,
            ndim: 2,
            flags,
            shape: axes.as_ptr(),
            strides: axes.as_ptr().wrapping_add(2),
            data: data.cast(),
            owner: std::ptr::null_mut(),
            release: None,
        };
        Self { raw, _axes: axes, lent: PhantomData }
    }

    pub(super) fn as_ptr(&self) -> *const Tensor {
        &raw const self.raw
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut Tensor {
        &raw mut self.raw
    }
}

/// An array of three axes, to be written, row-major.
#[derive(Debug)]
pub(super) struct Cube<'a> {
    raw: Tensor,
    /// Where `raw` points.
    _shape: Box<[i64; 3]>,
    lent: PhantomData<&'a f64>,
}

impl<'a> Cube<'a> {
    pub(super) fn write(values: &'a mut Array3<f64>) -> Self {
        let (i, j, k) = values.dim();
        let shape = Box::new([i as i64, j as i64, k as i64]);
        let raw = Tensor {
            struct_size: takens_abi::struct_size::<Tensor>(),
            dtype: Tensor::F64,
            ndim: 3,
            flags: 0,
            shape: shape.as_ptr(),
            strides: std::ptr::null(),
            data: values.as_mut_ptr().cast(),
            owner: std::ptr::null_mut(),
            release: None,
        };
        Self { raw, _shape: shape, lent: PhantomData }
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut Tensor {
        &raw mut self.raw
    }
}

/// A dataset as the contract's struct. The lists are where the raw pointers point; none of them
/// grows once it is made.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    raw: RawDataset,
    _pointers: Vec<*const RawSeries>,
    _series: Vec<RawSeries>,
    _values: Vec<Matrix<'a>>,
    _names: Vec<Str>,
}

impl<'a> Data<'a> {
    pub(crate) fn new(data: &'a Dataset) -> Self {
        let values: Vec<_> =
            data.series.iter().map(|series| Matrix::read(&series.values)).collect();
        let series: Vec<_> = data
            .series
            .iter()
            .zip(&values)
            .map(|(series, values)| {
                let (times, start, step) = match &series.grid {
                    TimeGrid::Uniform { start, step, .. } => (std::ptr::null(), *start, *step),
                    TimeGrid::Explicit(times) => {
                        (times.as_ptr(), times.first().copied().unwrap_or(0.0), f64::NAN)
                    }
                };
                RawSeries {
                    struct_size: takens_abi::struct_size::<RawSeries>(),
                    flags: 0,
                    values: values.as_ptr(),
                    times,
                    start,
                    step,
                }
            })
            .collect();
        let pointers: Vec<_> = series.iter().map(std::ptr::from_ref).collect();
        let names: Vec<_> = data.names.iter().map(|name| Str::new(name)).collect();
        let raw = RawDataset {
            struct_size: takens_abi::struct_size::<RawDataset>(),
            flags: match data.time {
                TimeKind::Continuous => 0,
                TimeKind::Discrete => RawDataset::DISCRETE_TIME,
            },
            series_count: pointers.len() as u64,
            series: pointers.as_ptr(),
            component_count: names.len() as u64,
            names: names.as_ptr(),
            noise_kind: data.noise.map_or(Str::EMPTY, |noise| Str::new(noise.kind.name())),
            noise_level: data.noise.map_or(f64::NAN, |noise| noise.level),
        };
        Self { raw, _pointers: pointers, _series: series, _values: values, _names: names }
    }

    pub(crate) fn as_ptr(&self) -> *const RawDataset {
        &raw const self.raw
    }
}
