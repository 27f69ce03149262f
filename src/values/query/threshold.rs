//! Target vector and thresholds, which all vector searches share.

#[derive(Clone, Debug, Default)]
pub(crate) struct Near {
    pub(crate) target: Option<String>,
    pub(crate) threshold: Threshold,
}

/// Limits of a vector search. The caller sets at most one of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) distance: Option<f64>,
    pub(crate) certainty: Option<f64>,
}
