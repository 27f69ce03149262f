//! Standard error, for notes beside the output of a command.

use std::io::{self, Write as _};

/// Prints a line. A note that cannot be written is dropped: `eprintln!` would panic after the work is
/// done.
pub fn note(text: &str) {
    if cfg!(test) {
        // The harness captures what the macro prints.
        eprintln!("{text}");
    } else {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use anyhow::Result;

    /// The macros panic if the output is full or closed.
    #[test]
    fn no_source_prints_with_a_macro_that_panics() -> Result<()> {
        fn walk(folder: &Path, found: &mut Vec<String>) -> Result<()> {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    walk(&path, found)?;
                    continue;
                }
                if path.ends_with("src/stderr.rs") {
                    continue;
                }
                let text = fs::read_to_string(&path)?;
                let calls = ["println", "eprintln", "print", "eprint"].map(|name| format!("{name}!("));
                let is_call = |line: &&str| {
                    calls.iter().any(|call| line.trim_start().starts_with(call) || line.contains(&format!(" {call}")))
                };
                found.extend(text.lines().filter(is_call).map(|line| format!("{}: {line}", path.display())));
            }
            Ok(())
        }
        let mut found = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found)?;
        assert_eq!(found, Vec::<String>::new());
        Ok(())
    }
}
