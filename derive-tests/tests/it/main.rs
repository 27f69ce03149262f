//! Structs that the derive accepts and structs that it refuses, with what the compiler says about the latter.
//!
//! `TRYBUILD=overwrite` writes the messages again, and their diff is read. The compiler's own part of them differs from one
//! release to the next.

mod accepted;

// Only failures: with a program that has to run, trybuild would build the client rather than check it.
#[test]
fn what_is_wrong_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/it/refused/*.rs");
}
