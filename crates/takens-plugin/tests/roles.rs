//! A method with every role, called as a host in C would: through its table and its extensions.

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use takens_plugin::abi;
use takens_plugin::prelude::*;

/// Each component goes on by the drift that it has shown; futures differ by its spread.
struct Walk {
    scale: f64,
    steps: usize,
    drift: Vec<f64>,
    last: Vec<f64>,
}

#[derive(Debug, Params)]
struct Params {
    /// multiplies the drift
    #[takens(default = 1.0)]
    scale: f64,
}

impl Method for Walk {
    type Params = Params;
    const ABOUT: About =
        About { id: "walk", summary: "drift", source: "folklore", stochastic: false };
    fn new(params: Params) -> Result<Self, Fault> {
        Ok(Self { scale: params.scale, steps: 0, drift: Vec::new(), last: Vec::new() })
    }
    fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
        data.require(2)?;
        (self.steps, self.drift, self.last) = (0, vec![0.0; data.dim()], Vec::new());
        self.learn(data.series[0].values.view());
        Ok(())
    }
}

impl Walk {
    fn learn(&mut self, samples: ArrayView2<'_, f64>) {
        for row in samples.rows() {
            if !self.last.is_empty() {
                self.steps += 1;
                for ((drift, last), new) in self.drift.iter_mut().zip(&self.last).zip(row) {
                    *drift += (new - last - *drift) / self.steps as f64;
                }
            }
            self.last = row.to_vec();
        }
    }
}

impl Forecaster for Walk {
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        _call: &Call,
    ) -> Result<Array2<f64>, Fault> {
        let last = require_context(context, 1)?;
        Ok(Array2::from_shape_fn((horizon, last.len()), |(step, i)| {
            last[i] + self.scale * (step + 1) as f64 * self.drift[i]
        }))
    }
}

impl Saves for Walk {
    fn save(&self) -> Result<Vec<u8>, Fault> {
        Ok(self.drift.iter().flat_map(|drift| drift.to_le_bytes()).collect())
    }
    fn load(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(Fault::InvalidData("half a number".into()));
        }
        self.drift = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        Ok(())
    }
}

impl Probabilistic for Walk {
    fn sample(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        count: usize,
        call: &Call,
    ) -> Result<Array3<f64>, Fault> {
        let path = self.forecast(context, horizon, call)?;
        Ok(Array3::from_shape_fn((count, horizon, path.ncols()), |(sample, step, i)| {
            let mut draw = [0.0];
            call.random(0, (sample * horizon + step) as u64, &mut draw);
            path[[step, i]] + draw[0]
        }))
    }
}

impl Jacobian for Walk {
    fn jacobian(
        &self,
        context: ArrayView2<'_, f64>,
        lags: usize,
        _call: &Call,
    ) -> Result<Array3<f64>, Fault> {
        let n = context.ncols();
        let one = |(lag, i, j): (usize, usize, usize)| f64::from(u8::from(lag == 0 && i == j));
        Ok(Array3::from_shape_fn((lags, n, n), one))
    }
}

impl Online for Walk {
    fn update(&mut self, samples: ArrayView2<'_, f64>, _call: &Call) -> Result<(), Fault> {
        self.learn(samples);
        Ok(())
    }
}

fn table() -> abi::Method {
    takens_plugin::__export_method!([forecaster saves probabilistic jacobian online] Walk, "0.3.0")
}

/// A tensor over `data`, row-major.
fn tensor(shape: &[i64], data: &mut [f64]) -> abi::Tensor {
    abi::Tensor {
        struct_size: abi::struct_size::<abi::Tensor>(),
        dtype: abi::Tensor::F64,
        ndim: shape.len() as u32,
        flags: 0,
        shape: shape.as_ptr(),
        strides: null(),
        data: data.as_mut_ptr().cast(),
        owner: null_mut(),
        release: None,
    }
}

unsafe extern "C" fn halves(_: *mut c_void, _: u64, offset: u64, out: *mut f64, n: u64) {
    // SAFETY: as the contract says.
    let out = unsafe { std::slice::from_raw_parts_mut(out, n as usize) };
    out.iter_mut().zip(offset..).for_each(|(out, place)| *out = place as f64 / 16.0);
}

unsafe extern "C" fn write(ctx: *mut c_void, data: *const u8, len: u64) -> abi::Status {
    // SAFETY: as the contract says; the context is the list of the test.
    unsafe {
        let bytes = std::slice::from_raw_parts(data, len as usize);
        (*ctx.cast::<Vec<u8>>()).extend_from_slice(bytes);
    }
    abi::Status::OK
}

/// Gives three bytes at a time.
unsafe extern "C" fn read(ctx: *mut c_void, to: *mut u8, len: u64, got: *mut u64) -> abi::Status {
    // SAFETY: as the contract says; the context is the rest of the bytes.
    unsafe {
        let rest = &mut *ctx.cast::<&[u8]>();
        let (head, tail) = rest.split_at(rest.len().min(len as usize).min(3));
        to.copy_from_nonoverlapping(head.as_ptr(), head.len());
        (*rest, *got) = (tail, head.len() as u64);
    }
    abi::Status::OK
}

/// One instance behind the C functions of its table.
struct Raw {
    table: abi::Method,
    instance: *mut abi::Instance,
    call: abi::Call,
}

impl Raw {
    fn new(params: &str) -> Self {
        let (table, mut instance) = (table(), null_mut());
        let create = table.create.unwrap();
        // SAFETY: the table's own function; null is allowed for host and error.
        let status =
            unsafe { create(null(), abi::Str::new(params), &raw mut instance, null_mut()) };
        assert_eq!(status, abi::Status::OK);
        let call = abi::Call {
            struct_size: abi::struct_size::<abi::Call>(),
            threads: 1,
            ctx: null_mut(),
            seed: 0,
            stream: 0,
            deadline_ns: 0,
            memory_bytes: 0,
            cancel: null(),
            progress: None,
            log: None,
            random_f64: Some(halves),
        };
        Self { table, instance, call }
    }

    /// Fits to one component.
    fn fit(self, samples: &[f64]) -> Self {
        let mut samples = samples.to_vec();
        let shape = [samples.len() as i64, 1];
        let values = tensor(&shape, &mut samples);
        let series = abi::Series {
            struct_size: abi::struct_size::<abi::Series>(),
            flags: 0,
            values: &raw const values,
            times: null(),
            start: 0.0,
            step: 0.1,
        };
        let (list, names) = (&raw const series, abi::Str::new("x"));
        let data = abi::Dataset {
            struct_size: abi::struct_size::<abi::Dataset>(),
            flags: 0,
            series_count: 1,
            series: &raw const list,
            component_count: 1,
            names: &raw const names,
            noise_kind: abi::Str::EMPTY,
            noise_level: f64::NAN,
        };
        let fit = self.table.fit.unwrap();
        // SAFETY: the table's own function with structs of the contract.
        let status =
            unsafe { fit(self.instance, &raw const data, &raw const self.call, null_mut()) };
        assert_eq!(status, abi::Status::OK);
        self
    }

    fn extension<T>(&self, id: &str) -> &'static T {
        // SAFETY: the type goes with the id.
        unsafe {
            let place = self.table.get_extension.unwrap()(self.instance, abi::Str::new(id));
            assert!(!place.is_null(), "{id}");
            &*place.cast::<T>()
        }
    }

    fn forecast(&self, context: &[f64], horizon: usize) -> (abi::Status, Vec<f64>) {
        let (mut context, mut values) = (context.to_vec(), vec![f64::NAN; horizon]);
        let shapes = [[context.len() as i64, 1], [horizon as i64, 1]];
        let context = tensor(&shapes[0], &mut context);
        let mut out = tensor(&shapes[1], &mut values);
        let forecast = self.table.forecast.unwrap();
        // SAFETY: the table's own function with structs of the contract.
        let status = unsafe {
            forecast(
                self.instance,
                &raw const context,
                &raw const self.call,
                &raw mut out,
                null_mut(),
            )
        };
        (status, values)
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut stream = abi::OStream {
            struct_size: abi::struct_size::<abi::OStream>(),
            reserved: 0,
            ctx: (&raw mut bytes).cast(),
            write: Some(write),
        };
        // SAFETY: the table's own function with a stream of the contract.
        let status =
            unsafe { self.table.save.unwrap()(self.instance, &raw mut stream, null_mut()) };
        assert_eq!(status, abi::Status::OK);
        bytes
    }

    fn load(&self, mut bytes: &[u8]) -> abi::Status {
        let mut stream = abi::IStream {
            struct_size: abi::struct_size::<abi::IStream>(),
            reserved: 0,
            ctx: (&raw mut bytes).cast(),
            read: Some(read),
        };
        // SAFETY: as above.
        unsafe { self.table.load.unwrap()(self.instance, &raw mut stream, null_mut()) }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the instance was made by this table.
        unsafe { self.table.destroy.unwrap()(self.instance) };
    }
}

#[test]
fn a_saved_model_goes_on_where_it_was() {
    let fitted = Raw::new("{}").fit(&[0.0, 2.0, 4.0]);
    let bytes = fitted.save();
    let fresh = Raw::new(r#"{"scale": 1}"#);
    assert_eq!(fresh.forecast(&[1.0], 1).0, abi::Status::INTERNAL);
    assert_eq!(fresh.load(&bytes), abi::Status::OK);
    assert_eq!(fresh.forecast(&[1.0], 2), (abi::Status::OK, vec![3.0, 5.0]));
}

#[test]
fn foreign_and_damaged_bytes_are_refused() {
    let mut bytes = Raw::new("{}").fit(&[0.0, 2.0]).save();
    let fresh = Raw::new("{}");
    for foreign in [&b""[..], b"random bytes", &bytes[..bytes.len() - 1]] {
        assert_eq!(fresh.load(foreign), abi::Status::INVALID_DATA);
    }
    assert_eq!(Raw::new(r#"{"scale": 2}"#).load(&bytes), abi::Status::INVALID_DATA);
    assert_eq!(fresh.load(&bytes), abi::Status::OK);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert_eq!(fresh.load(&bytes), abi::Status::INVALID_DATA);
}

#[test]
fn extensions_are_found_by_their_ids_and_work() {
    let raw = Raw::new("{}").fit(&[0.0, 2.0, 4.0]);
    let shapes = ([1i64, 1], [2i64, 3, 1], [2i64, 1, 1], [2i64, 1]);
    let (mut now, mut new) = ([1.0], [5.0, 6.0]);
    let context = tensor(&shapes.0, &mut now);
    let call = &raw const raw.call;

    let sampler: &abi::Probabilistic = raw.extension(abi::PROBABILISTIC);
    let mut values = [f64::NAN; 6];
    let mut out = tensor(&shapes.1, &mut values);
    // SAFETY: the extension's own function with structs of the contract; so below.
    let status = unsafe {
        sampler.sample.unwrap()(raw.instance, &raw const context, call, &raw mut out, null_mut())
    };
    assert_eq!(status, abi::Status::OK);
    let expected = [3.0, 5.0, 7.0, 3.0, 5.0, 7.0].iter().zip(0..);
    let expected: Vec<f64> = expected.map(|(path, i)| path + f64::from(i) / 16.0).collect();
    assert_eq!(values.to_vec(), expected);

    let derivative: &abi::Jacobian = raw.extension(abi::JACOBIAN);
    let mut values = [f64::NAN; 2];
    let mut out = tensor(&shapes.2, &mut values);
    // SAFETY: as above.
    let status = unsafe {
        let jacobian = derivative.jacobian.unwrap();
        jacobian(raw.instance, &raw const context, call, &raw mut out, null_mut())
    };
    assert_eq!((status, values), (abi::Status::OK, [1.0, 0.0]));

    let learner: &abi::Online = raw.extension(abi::ONLINE);
    let samples = tensor(&shapes.3, &mut new);
    // SAFETY: as above.
    let status =
        unsafe { learner.update.unwrap()(raw.instance, &raw const samples, call, null_mut()) };
    assert_eq!(status, abi::Status::OK);
    assert_eq!(raw.forecast(&[0.0], 1).1, [1.5]);

    // SAFETY: as above.
    let unknown = unsafe { raw.table.get_extension.unwrap()(raw.instance, abi::Str::new("no/1")) };
    assert!(unknown.is_null());
}
