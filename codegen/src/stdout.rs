//! Standard output. Its reader may stop reading, as in `codegen diff | head`.

use std::io::{self, ErrorKind, Write};

use anyhow::{Context as _, Result};

/// Prints a text. Returns `false` if its reader is gone.
///
/// That is not an error: the verdict of a command is its exit status, and `println!` would panic.
pub fn print(text: &str) -> Result<bool> {
    write(&mut io::stdout().lock(), text).context("cannot write to standard output")
}

fn write(out: &mut impl Write, text: &str) -> io::Result<bool> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output that fails.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_not_an_error() {
        assert!(write(&mut Vec::new(), "text\n").is_ok_and(|reads| reads));
        assert!(write(&mut Broken(ErrorKind::BrokenPipe), "text\n").is_ok_and(|reads| !reads));
        assert!(write(&mut Broken(ErrorKind::StorageFull), "text\n").is_err());
    }
}
