// SPDX-License-Identifier: GPL-2.0-or-later
//! One boot of the Hurd, in which programs run one after the other.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Root;
use super::base::{self, Base};
use super::disk::Changes;
use super::frames::{self, Frame};
use super::options::build_c;
use super::paging::{self, Paging};
use crate::boot::{Boot, Echo};
use crate::image::Module;
use crate::packages::Packages;
use crate::{Result, output};

/// How long the system may take to its first program, beside [`READ`]: four times what it takes here.
const START: Duration = Duration::from_secs(60);
/// How long GRUB may take to read a MiB of the image; nothing is heard meanwhile.
const READ: Duration = Duration::from_secs(2);
/// How long the guest may take to get rid of a program that did not end in time.
const KILL: Duration = Duration::from_secs(20);
/// Boots that may be under way at once with one target directory.
const SLOTS: u32 = 16;
/// Where a preloaded library goes.
pub(super) const PRELOAD: &str = "/lib/libshm-hurd.so";

/// Which libc the programs have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Libc {
    /// The root's, with its own shared memory over files.
    #[default]
    Incumbent,
    /// The root's, with this library loaded before it into the program.
    Preload(PathBuf),
    /// The libraries of this tree's `lib`, for all of the system.
    Patched(PathBuf),
}

/// Something to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// The file on the host; `None` if `command` is a file of the root.
    pub file: Option<PathBuf>,
    /// Its name, or its path in the root.
    pub command: String,
    /// What follows its name.
    pub arguments: Vec<String>,
    /// Variables added to its environment.
    pub environment: Vec<(String, String)>,
    /// When to give up on it.
    pub timeout: Duration,
}

impl Program {
    /// A program of the host's file system with a minute to run.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        Self {
            command: file.file_name().unwrap_or_default().display().to_string(),
            file: Some(file),
            arguments: Vec::new(),
            environment: Vec::new(),
            timeout: Duration::from_secs(60),
        }
    }

    /// A program of the root, or of the session's files, with a minute to run.
    #[must_use]
    pub fn inside(command: impl Into<String>) -> Self {
        Self {
            file: None,
            command: command.into(),
            ..Self::new("")
        }
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It exited with this status.
    Exit(i32),
    /// This signal of the Hurd's killed it.
    Signal(i32, String),
    /// It was killed because its time was over.
    Timeout,
    /// Nothing was heard of it; the text says why, with the end of the console's log.
    Lost(String),
}

/// What came of a program.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub ended: Ended,
    /// What it wrote to standard output.
    pub output: Vec<u8>,
    /// What it wrote to standard error.
    pub errors: Vec<u8>,
    /// What the kernel and the servers said meanwhile.
    pub console: Vec<String>,
    /// Its time, by the host's clock.
    pub took: Duration,
}

/// A boot to be run: what to add to the system, and the programs.
#[derive(Debug, Clone)]
pub struct Session {
    /// Our translator, to be set on `/servers/ipc/shm`.
    pub translator: Option<PathBuf>,
    /// The libc.
    pub libc: Libc,
    /// Files of the host and where they go.
    pub files: Vec<(PathBuf, String)>,
    /// Commands of the shell to run before the first program.
    pub prepare: String,
    /// What to run, in this order.
    pub programs: Vec<Program>,
    /// Whether the programs need each other: none runs if the first one does not exit with status
    /// 0, and none runs in another boot if the system stands still.
    pub one_boot: bool,
    /// Memory of the machine.
    pub memory_mib: u32,
    /// Space for files that the programs write, more than the usual 8 MiB.
    pub disk_mib: u32,
    /// Paging space, none if 0. It lies in memory that the machine has beside `memory_mib`.
    pub swap_mib: u32,
    /// Shows every line of the console as it comes, on standard error.
    pub console: bool,
    /// What a person types to run this again.
    pub rerun: String,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            translator: None,
            libc: Libc::default(),
            files: Vec::new(),
            prepare: String::new(),
            programs: Vec::new(),
            one_boot: false,
            memory_mib: 1024,
            disk_mib: 0,
            swap_mib: 0,
            console: false,
            rerun: String::new(),
        }
    }
}

impl Session {
    /// Boots and runs the programs, each to its own end: one that hangs is killed, and one that
    /// takes the system with it is [`Ended::Lost`], and the next run in another boot. `see` gets
    /// every frame as it comes, with the index of its program. Of a session of one boot the answer
    /// has the programs that ran.
    ///
    /// # Errors
    /// A file is missing, a tool fails, or the system does not come up.
    pub fn run(&self, root: &Root, mut see: impl FnMut(usize, &Frame)) -> Result<Vec<Finished>> {
        let packages = Packages::prepare()?;
        let base = Base::prepare(root)?;
        let mut finished = Vec::new();
        while finished.len() < self.programs.len() {
            let first = finished.len();
            let slot = Slot::take()?;
            let boot = self.boot(root, &packages, &base, &slot, first)?;
            let mut log = Log::new(first);
            let booted = boot.watch(|line| {
                if self.console {
                    eprintln!("{line}");
                }
                log.line(line, &mut see)
            });
            let (mut done, unfinished) = log.close();
            let failed = |it: &Finished| it.ended != Ended::Exit(0);
            let given_up = self.one_boot && done.first().is_some_and(failed);
            let lost = match booted {
                Err(error) => Some(error.to_string()),
                Ok(_) if given_up || done.len() == self.programs.len() - first => None,
                // The system can go down in good order, as when its process server dies.
                Ok(_) => Some("the system went down".to_owned()),
            };
            match (lost, unfinished) {
                (None, _) => {}
                (Some(why), Some(mut unfinished)) => {
                    unfinished.ended = Ended::Lost(why);
                    done.push(unfinished);
                }
                (Some(_), None) if self.one_boot && !done.is_empty() => {}
                // Without a program to blame it is the system.
                (Some(why), None) => return Err(why.into()),
            }
            if self.one_boot {
                return Ok(done);
            }
            finished.append(&mut done);
        }
        Ok(finished)
    }

    /// The boot of the programs from `first` on.
    fn boot(
        &self,
        root: &Root,
        packages: &Packages,
        base: &Base,
        slot: &Slot,
        first: usize,
    ) -> Result<Boot> {
        let programs = &self.programs[first..];
        let image = slot.scratch.join("root.img");
        fs::copy(&base.image, &image)?;
        let mut changes = Changes::default();
        let mut copies = 0;
        let mut add = |from: &Path, to: &str| -> Result<()> {
            copies += 1;
            let copy = slot.scratch.join(format!("file{copies}"));
            base::copy_stripped(from, &copy)?;
            changes.file(&copy, &base.resolve(to))
        };

        let mut plan = String::new();
        let mut environment = Vec::new();
        match &self.libc {
            Libc::Incumbent => {}
            Libc::Preload(library) => {
                add(library, PRELOAD)?;
                environment.push(("LD_PRELOAD".to_owned(), PRELOAD.to_owned()));
            }
            Libc::Patched(tree) => {
                let to = root.libraries().ok_or("the root has lost its libc")?;
                for (library, name) in shared_libraries(&tree.join("lib"))? {
                    add(&library, &format!("/{}/{name}", to.display()))?;
                }
            }
        }
        let paging = Paging::new(self.memory_mib, self.swap_mib, &image)?;
        if let Some(paging) = &paging {
            let ballast = slot.scratch.join("ballast");
            build_c(root, "qemu/guest/ballast.c", &ballast, &[])?;
            add(&ballast, paging::BALLAST)?;
            plan.push_str(&paging.prepare());
        }
        if let Some(translator) = &self.translator {
            add(translator, "/hurd/shm")?;
            plan.push_str(
                "mkdir -p /servers/ipc\n\
                 settrans -c /servers/ipc/shm /hurd/shm || echo 'bed: no translator is set'\n",
            );
        }
        for (from, to) in &self.files {
            add(from, to)?;
        }
        plan.push_str(&self.prepare);
        for (index, program) in programs.iter().enumerate() {
            let index = first + index;
            let command = match &program.file {
                None => program.command.clone(),
                Some(file) => {
                    let to = format!("/bed/{index}/{}", program.command);
                    add(file, &to)?;
                    to
                }
            };
            let _ = write!(plan, "\necho '#begin {index}'\n/bed/run");
            let _ = write!(plan, " -t {}", program.timeout.as_secs());
            for (name, value) in environment.iter().chain(&program.environment) {
                let _ = write!(plan, " -e {}", shell_word(&format!("{name}={value}")));
            }
            let _ = write!(plan, " -- {}", shell_word(&command));
            for argument in &program.arguments {
                let _ = write!(plan, " {}", shell_word(argument));
            }
            if self.one_boot && index == 0 {
                plan.push_str(" || { echo '#end'; while :; do sleep 60; done; }");
            }
        }
        plan.push('\n');
        let path = slot.scratch.join("plan");
        fs::write(&path, plan)?;
        changes.file(&path, "/bed/plan")?;
        changes.apply(&image, base::SPARE, u64::from(self.disk_mib) << 20)?;

        let start = START + READ * u32::try_from(fs::metadata(&image)?.len() >> 20)?;
        let programs_time: Duration = programs.iter().map(|program| program.timeout + KILL).sum();
        let longest = programs.iter().map(|program| program.timeout).max();
        let mut boot = Boot::new(
            &slot.name,
            packages.kernel(),
            vec![
                Module::new(&image).named("rd0").word("$(ramdisk-create)"),
                Module::new(base.modules.join("ext2fs.static"))
                    .named("ext2fs")
                    .word("--multiboot-command-line=${kernel-command-line}")
                    .word("--host-priv-port=${host-port}")
                    .word("--device-master-port=${device-port}")
                    .word("--exec-server-task=${exec-task}")
                    .word("--kernel-task=${kernel-task}")
                    .words(["-T", "typed", "${root}"])
                    .words(["$(task-create)", "$(task-resume)"]),
                Module::new(base.modules.join("exec.static"))
                    .named("exec")
                    .word("$(exec-task=task-create)"),
            ],
        );
        boot.kernel_arguments = "root=device:rd0".to_owned();
        boot.memory_mib = self.memory_mib;
        boot.deadline = start + programs_time;
        if let Some(paging) = &paging {
            boot.modules.push(paging.module()?);
            boot.memory_mib = paging.machine_mib();
            // GRUB expands the ramdisk, and the kernel copies it.
            boot.deadline += START;
        }
        boot.silence = start.max(longest.unwrap_or_default() + KILL);
        boot.verdict = "#end";
        boot.echo = Echo::Nothing;
        boot.rerun = self.rerun.clone();
        Ok(boot)
    }
}

/// The libraries in `directory` by the names that programs ask for.
fn shared_libraries(directory: &Path) -> Result<Vec<(PathBuf, String)>> {
    let read = fs::read_dir(directory)
        .map_err(|error| format!("a patched libc: {}: {error}", directory.display()))?;
    let mut found: Vec<(PathBuf, String)> = read
        .flatten()
        .map(|entry| (entry.path(), entry.file_name().display().to_string()))
        .filter(|(path, name)| name.contains(".so.") && path.is_file())
        .collect();
    found.sort();
    match found.iter().any(|(_, name)| name == "libc.so.0.3") {
        true => Ok(found),
        false => Err(format!("no libc.so.0.3 in {}", directory.display()).into()),
    }
}

/// One word for the shell, whatever is in it.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=:,./@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Names and files of one boot at a time, removed with it; the log stays for the next.
#[derive(Debug)]
struct Slot {
    name: String,
    scratch: PathBuf,
    /// Held as long as the slot is.
    _lock: fs::File,
}

impl Slot {
    fn take() -> Result<Self> {
        let directory = output()?;
        for number in 0..SLOTS {
            let name = format!("hurd-{number}");
            let lock = fs::File::create(directory.join(format!("{name}.lock")))?;
            if lock.try_lock().is_err() {
                continue;
            }
            let slot = Self {
                scratch: directory.join(format!("{name}.files")),
                name,
                _lock: lock,
            };
            slot.clear();
            fs::create_dir_all(&slot.scratch)?;
            return Ok(slot);
        }
        Err(format!("{SLOTS} boots are under way in {}", directory.display()).into())
    }

    fn clear(&self) {
        let _ = fs::remove_dir_all(&self.scratch);
        for extension in ["iso", "tree"] {
            let path = self.scratch.with_extension(extension);
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Sorts the lines of a boot by program.
struct Log {
    first: usize,
    done: Vec<Finished>,
    current: Option<(Instant, Finished)>,
    /// The system goes down, and the program that runs is lost with it.
    down: bool,
}

/// What `/hurd/startup` says when a server has died that it cannot do without. It takes its time to
/// go down, and the process server may be the one that died: what is said of programs meanwhile is
/// of no use.
const DOWN: &str = "startup: Crashing system; ";

impl Log {
    fn new(first: usize) -> Self {
        Self {
            first,
            done: Vec::new(),
            current: None,
            down: false,
        }
    }

    /// Takes a line of the console; whether it is a frame.
    fn line(&mut self, line: &str, see: &mut impl FnMut(usize, &Frame)) -> bool {
        let Some(frame) = frames::parse(line) else {
            if let Some((_, current)) = &mut self.current {
                current.console.push(line.to_owned());
                self.down |= line.contains(DOWN);
            }
            return false;
        };
        if self.down {
            return true;
        }
        let index = self.first + self.done.len();
        see(index, &frame);
        let ended = match frame {
            Frame::Begin(number) if number == index && self.current.is_none() => {
                let fresh = Finished {
                    ended: Ended::Timeout,
                    output: Vec::new(),
                    errors: Vec::new(),
                    console: Vec::new(),
                    took: Duration::ZERO,
                };
                self.current = Some((Instant::now(), fresh));
                return true;
            }
            Frame::Begin(_) => return true,
            Frame::Output(bytes) => {
                if let Some((_, current)) = &mut self.current {
                    current.output.extend(bytes);
                }
                return true;
            }
            Frame::Errors(bytes) => {
                if let Some((_, current)) = &mut self.current {
                    current.errors.extend(bytes);
                }
                return true;
            }
            Frame::Exit(status) => Ended::Exit(status),
            Frame::Signal(number, name) => Ended::Signal(number, name),
            Frame::Timeout => Ended::Timeout,
        };
        if let Some((started, mut current)) = self.current.take() {
            current.ended = ended;
            current.took = started.elapsed();
            self.done.push(current);
        }
        true
    }

    /// The programs that ended, and the one that was running.
    fn close(self) -> (Vec<Finished>, Option<Finished>) {
        let unfinished = self.current.map(|(started, mut current)| {
            current.took = started.elapsed();
            current
        });
        (self.done, unfinished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(shell_word("--exact"), "--exact");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("it's $HOME"), "'it'\\''s $HOME'");
    }

    #[test]
    fn a_program_that_takes_a_server_along_has_no_end_of_its_own() {
        let mut log = Log::new(1);
        for line in [
            "#begin 1",
            "#o 3 bye",
            "/hurd/startup: Crashing system; essential task proc died",
            "#begin 2",
            "#timeout",
            "#exit 0",
        ] {
            log.line(line, &mut |_, _| ());
        }
        let (done, unfinished) = log.close();
        assert!(done.is_empty());
        assert_eq!(unfinished.unwrap().output, b"bye\n");
    }

    #[test]
    fn output_goes_to_the_program_that_runs() {
        let mut log = Log::new(1);
        let mut seen = 0;
        for line in [
            "#begin 1",
            "#o 1 a",
            "panic? no",
            "#exit 3",
            "#begin 2",
            "#e 1 b",
        ] {
            log.line(line, &mut |_, _| seen += 1);
        }
        let (done, unfinished) = log.close();
        assert_eq!(seen, 5);
        assert_eq!(done.len(), 1);
        assert_eq!(
            (&done[0].ended, &done[0].output[..]),
            (&Ended::Exit(3), &b"a\n"[..])
        );
        assert_eq!(done[0].console, ["panic? no"]);
        assert_eq!(unfinished.unwrap().errors, b"b\n");
    }
}
