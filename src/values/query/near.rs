//! What searches by vector have in common: target and thresholds.

#[derive(Clone, Debug, Default)]
pub(crate) struct Near {
    pub(crate) target: Option<String>,
    pub(crate) threshold: Threshold,
}

/// How near is near enough.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) distance: Option<f64>,
    pub(crate) certainty: Option<f64>,
}
