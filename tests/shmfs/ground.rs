// SPDX-License-Identifier: GPL-2.0-or-later
//! A server and a file system of its segments.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, Result};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hurd_sys as sys;

use super::client::{CREATE, Client};
use super::node::{Node, lookup, run};

/// The program under test.
pub const PROGRAM: &str = "/hurd/shmfs";

/// Bytes of a page.
pub const PAGE: usize = 4096;

/// A file system on a directory of its own; taken down when dropped.
pub struct Files {
    path: PathBuf,
}

impl Files {
    /// Of the segments of this server.
    pub fn of(server: &Node) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "/tmp/shmfs-test-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let files = Self { path: name.into() };
        files.set(server);
        files
    }

    /// Sets it once more, in place of what is there.
    pub fn set(&self, server: &Node) {
        let server = format!("--server={}", server.path());
        let path = self.path.to_str().unwrap();
        let output = run("settrans", &["-cfga", path, PROGRAM, &server]);
        assert_eq!(output.status, 0, "{output:?}");
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn text(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// The file system's process, as libnetfs shows it: in the file system's id.
    pub fn process(&self) -> i32 {
        let mut stat = sys::io_statbuf_t::default();
        let port = lookup(self.text(), 0).unwrap();
        // SAFETY: a valid out-pointer.
        assert_eq!(unsafe { sys::io_stat(port.name(), &mut stat) }, 0);
        stat.st_fsid as i32
    }

    pub fn id(&self, id: i32) -> PathBuf {
        self.path.join(id.to_string())
    }

    pub fn key(&self, key: i32) -> PathBuf {
        self.path.join(format!("by-key/0x{key:08x}"))
    }

    /// The names in a directory, as readdir(3) tells them.
    pub fn names(&self, directory: &str) -> Vec<String> {
        fs::read_dir(self.path.join(directory))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        run("settrans", &["-pfga", self.text()]);
        let _ = fs::remove_file(&self.path);
    }
}

/// Both, and a client that is root.
pub struct Ground {
    // In the order in which they go.
    pub files: Files,
    pub client: Client,
    pub server: Node,
}

impl Ground {
    pub fn new() -> Self {
        let server = Node::active(&[]);
        Self {
            files: Files::of(&server),
            client: server.open(),
            server,
        }
    }

    /// A private segment.
    pub fn segment(&self, size: usize) -> i32 {
        self.client.get(0, size as u64, CREATE | 0o600).unwrap()
    }
}

pub fn read_write(path: &Path) -> Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// The errno of a failed call, as the Hurd numbers it.
pub fn errno<T: std::fmt::Debug>(result: Result<T>) -> i32 {
    result.unwrap_err().raw_os_error().unwrap()
}

/// A shared mapping of a file, unmapped when dropped.
pub struct Map {
    pub start: *mut u8,
    size: usize,
}

impl Map {
    pub fn new(file: &File, size: usize, write: bool) -> Result<Self> {
        let protection = libc::PROT_READ | if write { libc::PROT_WRITE } else { 0 };
        // SAFETY: a new mapping at an address the system chooses.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size,
                protection,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(Error::last_os_error());
        }
        Ok(Self {
            start: start.cast(),
            size,
        })
    }

    pub fn get(&self, at: usize) -> u8 {
        assert!(at < self.size);
        // SAFETY: mapped; others may write it at any time.
        unsafe { self.start.add(at).read_volatile() }
    }

    pub fn put(&self, at: usize, byte: u8) {
        assert!(at < self.size);
        // SAFETY: as above.
        unsafe { self.start.add(at).write_volatile(byte) };
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: our own mapping, and no reference into it is left.
        unsafe { libc::munmap(self.start.cast(), self.size) };
    }
}

/// A byte of an attachment.
pub fn byte(address: u64, at: usize) -> *mut u8 {
    std::ptr::with_exposed_provenance_mut::<u8>(address as usize + at)
}

pub fn get(address: u64, at: usize) -> u8 {
    // SAFETY: tests name bytes of what they have attached.
    unsafe { byte(address, at).read_volatile() }
}

pub fn put(address: u64, at: usize, value: u8) {
    // SAFETY: as above.
    unsafe { byte(address, at).write_volatile(value) };
}
