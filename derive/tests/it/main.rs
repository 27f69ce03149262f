//! What the derive promises not to compile, and the words in which it says so.
//!
//! `TRYBUILD=overwrite` writes the words anew, and their diff is read. The compiler's own part of them differs from one
//! release to the next.

#[test]
fn what_is_wrong_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/it/taken.rs");
    cases.compile_fail("tests/it/refused/*.rs");
}
