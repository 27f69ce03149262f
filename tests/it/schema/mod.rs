//! Collections: configuration written, read back, changed, compared.

mod round_trip;
