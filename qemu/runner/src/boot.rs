// SPDX-License-Identifier: GPL-2.0-or-later
//! One boot of QEMU, from the image to the verdict.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::image::{self, Module};
use crate::{Result, output};

/// Lines of the log that a failure shows.
const TAIL: usize = 40;
/// How long a kernel that panics may go on explaining.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A boot to be run: everything that decides it.
#[derive(Debug, Clone)]
pub struct Boot {
    /// Names the image and the log.
    pub name: String,
    /// GNU Mach, see [`crate::packages::Packages::kernel`].
    pub kernel: PathBuf,
    /// More words for the kernel's own command line.
    pub kernel_arguments: String,
    /// In the order that GRUB loads them.
    pub modules: Vec<Module>,
    /// Memory of the machine.
    pub memory_mib: u32,
    /// Processors; Debian's kernel for one processor uses the first.
    pub processors: u32,
    /// From QEMU's start to the verdict.
    pub deadline: Duration,
    /// The longest time without a line.
    pub silence: Duration,
    /// The verdict is the rest of the line that begins with this word.
    pub verdict: &'static str,
    /// What to show of it as it comes.
    pub echo: Echo,
    /// What a person types to run this boot again.
    pub rerun: String,
}

/// Which lines of a boot are shown while it runs; all of them are kept anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// None.
    Nothing,
    /// What comes after the kernel has started the first task.
    Programs,
    /// All, GRUB's too.
    Everything,
}

/// What came over the serial line, up to the verdict.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The line after the verdict word.
    pub verdict: String,
    /// Every line of the kernel and its tasks.
    pub log: Vec<String>,
    /// From QEMU's start to the verdict.
    pub took: Duration,
}

/// QEMU, killed when it goes out of scope.
struct Machine(Child);

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Boot {
    /// A boot of `modules` with the bed's usual settings.
    #[must_use]
    pub fn new(name: impl Into<String>, kernel: PathBuf, modules: Vec<Module>) -> Self {
        Self {
            name: name.into(),
            kernel,
            kernel_arguments: String::new(),
            modules,
            memory_mib: 256,
            processors: 1,
            deadline: Duration::from_secs(120),
            silence: Duration::from_secs(60),
            verdict: "verdict:",
            echo: Echo::Nothing,
            rerun: String::new(),
        }
    }

    /// Boots, and reads the serial line until the verdict.
    ///
    /// # Errors
    /// No verdict: a panic, an early end, silence, or the deadline. The error shows the end of
    /// the log and how to run the boot again. The whole log is kept beside the image.
    pub fn run(&self) -> Result<Outcome> {
        self.watch(|_| false)
    }

    /// As [`Boot::run`], and shows each line to `see` as it comes. A line that `see` claims is
    /// data of a program: it is not searched for signs of a crash.
    ///
    /// # Errors
    /// As for [`Boot::run`].
    pub fn watch(&self, mut see: impl FnMut(&str) -> bool) -> Result<Outcome> {
        let directory = output()?;
        let image = directory.join(format!("{}.iso", self.name));
        let scratch = directory.join(format!("{}.tree", self.name));
        image::write(
            &image,
            &scratch,
            &self.kernel,
            &self.kernel_arguments,
            &self.modules,
        )?;

        // The kernel ends QEMU should this program be killed before it can.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "qemu-system-x86_64"])
            .args(["-accel", "tcg", "-m"])
            .arg(format!("{}M", self.memory_mib))
            .arg("-smp")
            .arg(self.processors.to_string())
            .args(["-display", "none", "-monitor", "none", "-serial", "stdio"])
            .args(["-no-reboot", "-nic", "none", "-boot", "d", "-cdrom"])
            .arg(&image)
            // More words for QEMU, such as `-s` for a debugger.
            .args(
                std::env::var("QEMU_ARGS")
                    .unwrap_or_default()
                    .split_whitespace(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut machine = Machine(
            command
                .spawn()
                .map_err(|error| format!("setpriv (util-linux): {error}"))?,
        );
        let serial = machine.0.stdout.take().ok_or("QEMU has no serial line")?;
        let mut complaints = machine.0.stderr.take().ok_or("QEMU has no error output")?;

        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let mut serial = BufReader::new(serial);
            let mut line = Vec::new();
            while serial
                .read_until(b'\n', &mut line)
                .is_ok_and(|size| size != 0)
            {
                let text = plain(&String::from_utf8_lossy(&line));
                line.clear();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });

        let mut log = Vec::new();
        let mut deadline = started + self.deadline;
        let mut reason: Option<String> = None;
        let mut show = self.echo == Echo::Everything;
        let ended = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left.min(self.silence)) {
                Ok(line) => {
                    let claimed = see(&line);
                    if show {
                        println!("{line}");
                    }
                    // The kernel's last line before the first task says "start NAME: ".
                    show |= self.echo == Echo::Programs && line.starts_with("start ");
                    if reason.is_none()
                        && let Some(verdict) = line.strip_prefix(self.verdict)
                    {
                        let verdict = verdict.trim().to_owned();
                        log.push(line);
                        self.keep(&log)?;
                        return Ok(Outcome {
                            verdict,
                            log,
                            took: started.elapsed(),
                        });
                    }
                    if reason.is_none() && !claimed && is_the_end(&line) {
                        deadline = Instant::now() + LAST_WORDS;
                        reason = Some(format!("it said: {line}"));
                    }
                    log.push(line);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let mut text = String::new();
                    complaints.read_to_string(&mut text)?;
                    break format!("QEMU ended before the verdict\n{text}");
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => {
                    break format!("no verdict within {} s", self.deadline.as_secs());
                }
                Err(RecvTimeoutError::Timeout) => {
                    break format!("no line for {} s", self.silence.as_secs());
                }
            }
        };
        drop(machine);
        let kept = self.keep(&log)?;
        let reason = reason.unwrap_or(ended);
        let mut text = format!("boot {} failed: {}\n", self.name, reason.trim_end());
        let tail: VecDeque<&String> = log.iter().rev().take(TAIL).collect();
        let _ = writeln!(
            text,
            "--- the last {} lines of {}",
            tail.len(),
            kept.display()
        );
        for line in tail.iter().rev() {
            let _ = writeln!(text, "{line}");
        }
        let _ = write!(text, "--- run it again: {}", self.rerun);
        Err(text.into())
    }

    fn keep(&self, log: &[String]) -> Result<PathBuf> {
        let path = output()?.join(format!("{}.log", self.name));
        std::fs::write(&path, log.join("\n") + "\n")?;
        Ok(path)
    }
}

/// A line without the control characters of GRUB's screens, and without the carriage return
/// that the kernel puts after its line feeds.
fn plain(line: &str) -> String {
    let mut text = String::new();
    for (index, piece) in line.split('\u{1b}').enumerate() {
        let piece = match index {
            0 => piece,
            // An escape sequence ends with its first letter.
            _ => piece
                .trim_start_matches(|c: char| !c.is_ascii_alphabetic())
                .get(1..)
                .unwrap_or(""),
        };
        text.extend(piece.chars().filter(|c| !c.is_control() || *c == '\t'));
    }
    text.trim_end().to_owned()
}

/// Whether nothing good can follow this line: the kernel panicked or trapped, a program of ours
/// panicked, or GRUB waits for a key.
fn is_the_end(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("panic ")
        || line.contains("kernel panic")
        || (line.contains("kernel") && line.contains(" trap"))
        || line.contains("bare panic:")
        || line.starts_with("press any key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(
            plain("\u{1b}[H\u{1b}[J\u{1b}[1;1H  Booting `bed'\r\n"),
            "  Booting `bed'"
        );
        assert_eq!(plain("\rverdict: 1 passed\n"), "verdict: 1 passed");
        assert_eq!(plain("\u{1b}"), "");
    }

    #[test]
    fn panics_end_a_boot_and_ordinary_lines_do_not() {
        assert!(is_the_end(
            "panic ../kern/bootstrap.c:182: bootstrap_create: No bootstrap code"
        ));
        assert!(is_the_end("Kernel General protection trap, eip 0x0"));
        assert!(is_the_end(
            "bare panic: server: panicked at qemu/bare/src/bin/server.rs:1:1:"
        ));
        assert!(!is_the_end("test a_panic_in_the_client_is_noticed ... ok"));
        assert!(!is_the_end("GNU Mach 1.8+git20250702-up-amd64"));
    }
}
