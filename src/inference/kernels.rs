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

    #[test]
    fn products_of_any_shape_are_right() {
        let mut state = 1u64;
        let mut below = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % end
        };
        for round in 0..300 {
            let (rows, columns, inner) = (1 + below(70), 1 + below(70), 1 + below(70));
            let (stride, turned) = (columns + below(2) * 20, [below(2) == 1, below(2) == 1]);
            let add = below(2) == 1;
            let left: Vec<f32> = (0..rows * inner).map(|_| below(7) as f32 - 3.0).collect();
            let right: Vec<f32> = (0..inner * columns).map(|_| below(7) as f32 - 3.0).collect();
            let view = |values, rows, columns, turned| {
                if turned { View::new(values, columns, rows).transposed() } else { View::new(values, rows, columns) }
            };
            let read = |values: &[f32], rows: usize, columns: usize, turned: bool, row: usize, column: usize| {
                if turned { values[column * rows + row] } else { values[row * columns + column] }
            };
            let mut target = vec![7.0f32; rows * stride];
            let mut wanted = target.clone();
            for row in 0..rows {
                for column in 0..columns {
                    let sum: f32 = (0..inner)
                        .map(|k| {
                            read(&left, rows, inner, turned[0], row, k)
                                * read(&right, inner, columns, turned[1], k, column)
                        })
                        .sum();
                    let cell = &mut wanted[row * stride + column];
                    *cell = if add { *cell + sum } else { sum };
                }
            }
            let (left, right) = (view(&left, rows, inner, turned[0]), view(&right, inner, columns, turned[1]));
            multiply(&mut target, stride, left, right, 1.0, add);
            assert_eq!(target, wanted, "round {round}: {rows}×{columns}×{inner}");
        }
    }
}
