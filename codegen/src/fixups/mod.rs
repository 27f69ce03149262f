//! Named corrections of the contract, applied in memory by `generate`.
