// SPDX-License-Identifier: GPL-2.0-or-later
//! A translator on a node of its own.

use std::ffi::CString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use gnumach::right::{SendRight, valid};
use hurd_sys as sys;

use super::client::Client;

/// What a command printed, and its status.
#[derive(Debug)]
pub struct Output {
    pub status: i32,
    pub text: String,
    pub errors: String,
}

/// Runs a command of the Hurd's. Not through pipes: a translator that settrans starts
/// inherits them, and they would not end before it.
pub fn run(program: &str, arguments: &[&str]) -> Output {
    let names = ["out", "errors"].map(|name| format!("/tmp/shm-test-{name}"));
    let files = names.each_ref().map(|name| File::create(name).unwrap());
    let [out, errors] = files;
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .status()
        .unwrap();
    let [text, errors] = names.map(|name| fs::read_to_string(name).unwrap());
    Output {
        status: status.code().unwrap_or(-1),
        text,
        errors,
    }
}

/// The program under test.
pub fn program() -> String {
    std::env::var("SHM_PROGRAM").unwrap_or_else(|_| "/hurd/shm".into())
}

/// A node with the translator; it is taken down when dropped.
pub struct Node {
    path: PathBuf,
}

impl Node {
    /// No node yet.
    pub fn unset() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "/tmp/shm-test-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        Self { path: name.into() }
    }

    /// Started now, for as long as it runs.
    pub fn active(options: &[&str]) -> Self {
        let node = Self::unset();
        node.settrans("-ca", options);
        node
    }

    /// Started when somebody opens the node.
    pub fn passive(options: &[&str]) -> Self {
        let node = Self::unset();
        node.settrans("-cp", options);
        node
    }

    /// Makes the node, and sets a translator on it.
    pub fn settrans(&self, how: &str, options: &[&str]) {
        let program = program();
        let mut arguments = vec![how, self.path(), &program];
        arguments.extend(options);
        let output = run("settrans", &arguments);
        assert_eq!(output.status, 0, "{output:?}");
    }

    pub fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    pub fn as_path(&self) -> &Path {
        &self.path
    }

    /// The whole table.
    pub fn cat(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    /// An open without any mode, as libc makes one.
    pub fn open(&self) -> Client {
        self.open_with(0).unwrap()
    }

    /// An open with these O_ flags, or its errno.
    pub fn open_with(&self, flags: i32) -> Result<Client, i32> {
        lookup(self.path(), flags).map(Client::new)
    }

    /// The server's process, as libtrivfs shows it: in the file system's id.
    pub fn server(&self) -> i32 {
        let mut stat = sys::io_statbuf_t::default();
        let client = self.open();
        // SAFETY: a valid out-pointer.
        let code = unsafe { sys::io_stat(client.right().name(), &mut stat) };
        assert_eq!(code, 0);
        stat.st_fsid as i32
    }

    /// Waits until the table has so many rows and this column of each says `value`.
    pub fn wait_for_nattch(&self, id: i32, value: u64) {
        let client = self.open();
        wait_until(&format!("nattch is {value}"), || {
            client.stat(id).map(|ds| ds.nattch) == Ok(value)
        });
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        run("settrans", &["-pfga", self.path()]);
        let _ = fs::remove_file(&self.path);
    }
}

/// The port to a node, or errno.
pub fn lookup(path: &str, flags: i32) -> Result<SendRight, i32> {
    let path = CString::new(path).unwrap();
    // SAFETY: a string, and a reference that is ours.
    let port = unsafe { SendRight::from_raw(sys::file_name_lookup(path.as_ptr(), flags, 0)) };
    if valid(port.name()) {
        Ok(port)
    } else {
        Err(std::io::Error::last_os_error().raw_os_error().unwrap())
    }
}

/// Waits, with patience for a slow machine.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < deadline, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
