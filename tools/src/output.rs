// SPDX-License-Identifier: GPL-2.0-or-later
//! What a tool says and how it ends, in the words of err(3).

use std::io::{self, Write};

use crate::getopt;
use crate::number::NotANumber;

/// The note for those who ask for more than there is.
pub const OTHERS_ABSENT: &str =
    "GNU/Hurd has no System V message queues and semaphores; only shared memory is shown";

/// Standard output, or a buffer in tests.
pub type Out<'a> = &'a mut dyn Write;

/// How a tool that came to its end did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that was asked for is done.
    Done,
    /// Something was not, and a complaint said what.
    Incomplete,
}

/// Why a tool stops before its end. All of these exit with status 1.
#[derive(Debug)]
pub enum Stop {
    /// A complaint, complete with its reason.
    Failed(String),
    /// A complaint about the command line; `--help` is pointed to.
    Usage(String),
    /// A complaint of the option parser, likewise.
    Options(getopt::Error),
    /// Standard output did not take what was written.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<getopt::Error> for Stop {
    fn from(error: getopt::Error) -> Self {
        Stop::Options(error)
    }
}

/// The name the program was started by.
pub struct Name {
    /// As it was typed; getopt_long(3) complains under this one.
    pub typed: String,
    /// Its last component, which all else goes by.
    pub short: String,
}

impl Name {
    /// Says `complaint` on standard error, where a failure to write has nobody
    /// left to be told.
    pub fn complain(&self, complaint: &str) {
        self.say(&format!("{}: {complaint}\n", self.short));
    }

    /// Flushes `out`, explains a stop, and gives the exit status.
    ///
    /// A reader that went away (EPIPE) knows that it did: status 1, no words.
    pub fn finish(&self, end: Result<Verdict, Stop>, out: Out<'_>) -> u8 {
        let flushed = out.flush().map_err(Stop::Output);
        let end = match end {
            Ok(verdict) => flushed.map(|()| verdict),
            stop => stop,
        };
        match end {
            Ok(Verdict::Done) => return 0,
            Ok(Verdict::Incomplete) => {}
            Err(Stop::Failed(complaint)) => self.complain(&complaint),
            Err(Stop::Usage(complaint)) => {
                self.complain(&complaint);
                self.point_to_help();
            }
            Err(Stop::Options(error)) => {
                self.say(&format!("{}: {error}\n", self.typed));
                self.point_to_help();
            }
            Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(Stop::Output(error)) => self.complain(&format!("write error: {}", reason(&error))),
        }
        1
    }

    fn point_to_help(&self) {
        self.say(&format!(
            "Try '{} --help' for more information.\n",
            self.short
        ));
    }

    fn say(&self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// The stop for a word that should have been a number; `what` says what failed.
pub fn unparsed(what: &str, word: &str, error: NotANumber) -> Stop {
    Stop::Failed(match error {
        NotANumber::Malformed => format!("{what}: '{word}'"),
        NotANumber::OutOfRange => format!("{what}: '{word}': Numerical result out of range"),
    })
}

/// The words of strerror(3) alone; std adds the number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Writes `text` cut to `precision` bytes and filled to `width`: `%-*.*s` of printf(3).
pub fn left(out: Out<'_>, text: &[u8], width: usize, precision: usize) -> io::Result<()> {
    let text = text.get(..precision).unwrap_or(text);
    out.write_all(text)?;
    write!(out, "{:1$}", "", width.saturating_sub(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_cut_and_filled_by_bytes() {
        let shown = |text: &[u8]| {
            let mut out = Vec::new();
            left(&mut out, text, 10, 10).unwrap();
            out
        };
        assert_eq!(shown(b"root"), b"root      ");
        assert_eq!(shown(b"systemd-network"), b"systemd-ne");
        assert_eq!(shown(b""), b"          ");
    }

    #[test]
    fn reasons_have_no_number() {
        assert_eq!(
            reason(&io::Error::from_raw_os_error(libc::EINVAL)),
            "Invalid argument"
        );
        assert_eq!(reason(&io::Error::other("odd")), "odd");
    }
}
