//! The arithmetic of the encoder on one core: matrix products through `faer` (its AVX-512 and AVX2 kernels, one
//! thread), and row-wise normalisation, softmax and activations in loops that the compiler vectorises per machine.
//! Leaves to others: what is computed (`trunk`, `training`).

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

/// Runs a loop with the widest vectors this machine has.
#[macro_export]
#[doc(hidden)]
macro_rules! vectorised {
    ($body:expr) => {
        pulp::Arch::new().dispatch(|| $body)
    };
}

/// A row-major view: `rows × columns`, rows `stride` apart.
#[derive(Clone, Copy)]
pub struct View<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    stride: usize,
    transposed: bool,
}

impl<'a> View<'a> {
    /// Rows without gaps.
    pub fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        View { values, rows, columns, stride: columns, transposed: false }
    }

    /// Rows that begin `stride` apart.
    pub fn strided(values: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        View { values, rows, columns, stride, transposed: false }
    }

    /// The same numbers, read by columns.
    pub fn transposed(mut self) -> Self {
        self.transposed = !self.transposed;
        self
    }

    fn matrix(self) -> MatRef<'a, f32> {
        let matrix = MatRef::from_row_major_slice_with_stride(self.values, self.rows, self.columns, self.stride);
        if self.transposed { matrix.transpose() } else { matrix }
    }
}

/// `target = scale · left · right`, or added to it; `target` is row-major with rows `stride` apart.
pub fn multiply(target: &mut [f32], stride: usize, left: View<'_>, right: View<'_>, scale: f32, add: bool) {
    let (left, right) = (left.matrix(), right.matrix());
    // By columns and transposed: faer 0.24's own constructor by rows mixes up the two strides.
    let target = MatMut::from_column_major_slice_with_stride_mut(target, right.ncols(), left.nrows(), stride);
    let target = target.transpose_mut();
    matmul(target, if add { Accum::Add } else { Accum::Replace }, left, right, scale, Par::Seq);
}

/// `target[rows × outputs] = input[rows × inputs] · weightᵀ + bias`, with `weight[outputs × inputs]` as Hugging Face
/// stores it.
pub fn linear(target: &mut [f32], input: &[f32], weight: &[f32], bias: &[f32], rows: usize) {
    let outputs = bias.len();
    let inputs = weight.len() / outputs.max(1);
    if rows == 0 {
        return;
    }
    vectorised!(fill_rows(target, bias));
    multiply(
        target,
        outputs,
        View::new(&input[..rows * inputs], rows, inputs),
        View::new(weight, outputs, inputs).transposed(),
        1.0,
        true,
    );
}

#[inline(always)]
fn fill_rows(target: &mut [f32], bias: &[f32]) {
    for row in target.chunks_exact_mut(bias.len()) {
        row.copy_from_slice(bias);
    }
}

/// e to the x in single precision, about 2e-7 relative; vectorises (Cephes' reduction and polynomial).
#[inline(always)]
pub fn exponential(x: f32) -> f32 {
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + 12_582_912.0;
    let whole = shifted - 12_582_912.0;
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_6e-1;
    p = p * r + 0.5;
    let value = p * r * r + r + 1.0;
    let exponent = (shifted.to_bits() as i32).wrapping_sub(12_582_912.0f32.to_bits() as i32);
    value * f32::from_bits(((exponent + 127) << 23) as u32)
}

/// Sum with eight running parts, so that it vectorises and loses little.
#[inline(always)]
pub fn sum(values: &[f32]) -> f32 {
    let mut parts = [0f32; 16];
    let chunks = values.chunks_exact(16);
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (part, value) in parts.iter_mut().zip(chunk) {
            *part += value;
        }
    }
    parts.iter().sum::<f32>() + rest
}

/// Dot product, vectorised like [`sum`].
#[inline(always)]
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    let mut parts = [0f32; 16];
    let (a, b) = (left.chunks_exact(16), right.chunks_exact(16));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a.zip(b) {
        for i in 0..16 {
            parts[i] += x[i] * y[i];
        }
    }
    parts.iter().sum::<f32>() + rest
}

/// Softmax of every row of `width`.
pub fn softmax_rows(values: &mut [f32], width: usize) {
    vectorised!(softmax_rows_kernel(values, width));
}

#[inline(always)]
fn softmax_rows_kernel(values: &mut [f32], width: usize) {
    for row in values.chunks_exact_mut(width) {
        let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for value in row.iter_mut() {
            *value = exponential(*value - top);
        }
        let scale = 1.0 / sum(row);
        for value in row.iter_mut() {
            *value *= scale;
        }
    }
}

/// Normalises every row in place to mean 0 and variance 1, then scales and shifts it.
pub fn layer_norm(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    vectorised!(layer_norm_kernel(values, weight, bias, epsilon));
}

#[inline(always)]
fn layer_norm_kernel(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let width = weight.len();
    for row in values.chunks_exact_mut(width) {
        let mean = sum(row) / width as f32;
        for value in row.iter_mut() {
            *value -= mean;
        }
        let scale = 1.0 / (dot(row, row) / width as f32 + epsilon).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
            *value = *value * scale * weight + bias;
        }
    }
}

/// `target += other`.
pub fn add(target: &mut [f32], other: &[f32]) {
    vectorised!(add_kernel(target, other));
}

#[inline(always)]
fn add_kernel(target: &mut [f32], other: &[f32]) {
    for (value, other) in target.iter_mut().zip(other) {
        *value += other;
    }
}

/// What stands between the two products of the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// The exact Gaussian error unit.
    #[serde(alias = "gelu_python")]
    Gelu,
    /// Its tanh approximation.
    #[serde(alias = "gelu_new", alias = "gelu_pytorch_tanh", alias = "gelu_fast", alias = "gelu_approximate")]
    GeluApproximate,
}

impl Activation {
    /// Applies it in place.
    pub fn apply(self, values: &mut [f32]) {
        match self {
            Activation::Relu => vectorised!(relu_kernel(values)),
            Activation::Gelu => values.iter_mut().for_each(|x| *x = *x * normal_cdf(*x)),
            Activation::GeluApproximate => values.iter_mut().for_each(|x| *x = gelu_approximate(*x).0),
        }
    }

    /// The slope at input `x`.
    pub fn slope(self, x: f32) -> f32 {
        match self {
            Activation::Relu => f32::from(x > 0.0),
            Activation::Gelu => normal_cdf(x) + x * (-0.5 * x * x).exp() * 0.398_942_3,
            Activation::GeluApproximate => gelu_approximate(x).1,
        }
    }
}

#[inline(always)]
fn relu_kernel(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

fn normal_cdf(x: f32) -> f32 {
    0.5 * (1.0 + candle_core::cpu::erf::erf_f64(f64::from(x) * std::f64::consts::FRAC_1_SQRT_2) as f32)
}

fn gelu_approximate(x: f32) -> (f32, f32) {
    let inner = 0.797_884_6 * (x + 0.044_715 * x * x * x);
    let tanh = inner.tanh();
    let slope = 0.5 * (1.0 + tanh) + 0.5 * x * (1.0 - tanh * tanh) * 0.797_884_6 * (1.0 + 3.0 * 0.044_715 * x * x);
    (0.5 * x * (1.0 + tanh), slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_close() {
        for step in -800..800 {
            let x = step as f32 * 0.1;
            let (ours, exact) = (exponential(x), x.exp());
            assert!((ours - exact).abs() <= exact * 4e-7, "{x}: {ours} for {exact}");
        }
    }

    #[test]
    fn a_linear_layer_multiplies_by_rows_of_its_weight() {
        let mut out = [0.0; 4];
        linear(&mut out, &[1.0, 2.0, 3.0, 4.0], &[1.0, 0.0, 0.5, 0.5], &[10.0, 20.0], 2);
        assert_eq!(out, [11.0, 21.5, 13.0, 23.5]);
    }

    #[test]
    fn slopes_agree_with_differences() {
        for kind in [Activation::Relu, Activation::Gelu, Activation::GeluApproximate] {
            for x in [-2.1f32, -0.4, 0.3, 1.7] {
                let at = |x: f32| {
                    let mut value = [x];
                    kind.apply(&mut value);
                    value[0]
                };
                let difference = (at(x + 1e-2) - at(x - 1e-2)) / 2e-2;
                assert!((difference - kind.slope(x)).abs() < 1e-3, "{kind:?} at {x}");
            }
        }
    }
}
#[cfg(test)]
mod fuzz {
    use super::*;
    #[test]
    fn fuzz() {
        let mut seed = 1u64;
        let mut rnd = move |n: usize| { seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); ((seed >> 33) as usize) % n };
        for it in 0..3000 {
            let (m, n, k) = (1 + rnd(70), 1 + rnd(70), 1 + rnd(70));
            let (sc, sa, sb) = (n + rnd(2) * 20, rnd(2) * 20, rnd(2) * 20);
            let (ta, tb) = (rnd(2) == 1, rnd(2) == 1);
            let (ar, ac) = if ta { (k, m) } else { (m, k) };
            let (br, bc) = if tb { (n, k) } else { (k, n) };
            let a: Vec<f32> = (0..ar * (ac + sa)).map(|_| rnd(7) as f32 - 3.0).collect();
            let b: Vec<f32> = (0..br * (bc + sb)).map(|_| rnd(7) as f32 - 3.0).collect();
            let pad = 64;
            let mut c = vec![777.0f32; pad + m * sc + pad];
            let add = rnd(2) == 1;
            let mut va = View::strided(&a, ar, ac, ac + sa);
            let mut vb = View::strided(&b, br, bc, bc + sb);
            if ta { va = va.transposed(); }
            if tb { vb = vb.transposed(); }
            let before = c.clone();
            multiply(&mut c[pad..pad + m * sc], sc, va, vb, 1.0, add);
            let mut want = before.clone();
            for i in 0..m { for j in 0..n {
                let mut s = 0.0;
                for l in 0..k {
                    let x = if ta { a[l * (ac + sa) + i] } else { a[i * (ac + sa) + l] };
                    let y = if tb { b[j * (bc + sb) + l] } else { b[l * (bc + sb) + j] };
                    s += x * y;
                }
                let w = &mut want[pad + i * sc + j];
                *w = if add { *w + s } else { s };
            }}
            if c != want {
                let bad = c.iter().zip(&want).filter(|(x, y)| x != y).count();
                let first = c.iter().zip(&want).position(|(x, y)| x != y).unwrap();
                eprintln!("it {it} m{m} n{n} k{k} sc{sc} sa{sa} sb{sb} ta{ta} tb{tb} add{add}: bad {bad} first {} want {} got {}", first as i64 - pad as i64, want[first], c[first]);
            }
        }
    }
}
#[cfg(test)]
mod bench_tmp {
    use super::*;
    #[test]
    #[ignore]
    fn bench() {
        for (m, n, k) in [(4096, 768, 256), (4096, 256, 256), (4096, 1024, 256), (4096, 256, 1024), (34, 768, 256), (34, 256, 256), (34, 1024, 256), (34, 256, 1024)] {
            let a = vec![0.5f32; m * k]; let b = vec![0.25f32; n * k]; let mut c = vec![0f32; m * n];
            let reps = (2e10 / (2.0 * m as f64 * n as f64 * k as f64)) as usize;
            let t = std::time::Instant::now();
            for _ in 0..reps { multiply(&mut c, n, View::new(&a, m, k), View::new(&b, n, k).transposed(), 1.0, true); }
            let faer = reps as f64 * 2.0 * (m * n * k) as f64 / t.elapsed().as_secs_f64() / 1e9;
            let ta = candle_core::Tensor::from_vec(a.clone(), (m, k), &candle_core::Device::Cpu).unwrap();
            let tb = candle_core::Tensor::from_vec(b.clone(), (n, k), &candle_core::Device::Cpu).unwrap();
            let t = std::time::Instant::now();
            for _ in 0..reps { std::hint::black_box(ta.matmul(&tb.t().unwrap()).unwrap()); }
            let can = reps as f64 * 2.0 * (m * n * k) as f64 / t.elapsed().as_secs_f64() / 1e9;
            // gradient shape: dW = dy^T x
            let mut w = vec![0f32; n * k];
            let t = std::time::Instant::now();
            for _ in 0..reps { multiply(&mut w, k, View::new(&c, m, n).transposed(), View::new(&a, m, k), 1.0, true); }
            let grad = reps as f64 * 2.0 * (m * n * k) as f64 / t.elapsed().as_secs_f64() / 1e9;
            let mut x = vec![0f32; m * k];
            let t = std::time::Instant::now();
            for _ in 0..reps { multiply(&mut x, k, View::new(&c, m, n), View::new(&b, n, k), 1.0, true); }
            let gin = reps as f64 * 2.0 * (m * n * k) as f64 / t.elapsed().as_secs_f64() / 1e9;
            eprintln!("{m}x{n}x{k}: faer {faer:.1} candle {can:.1} dW {grad:.1} dX {gin:.1} GFLOPS");
        }
    }
}
