// SPDX-License-Identifier: GPL-2.0-or-later
//! ext2 images, made and changed by e2fsprogs without mounting anything.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::packages::run;

/// e2fsprogs are in `/sbin`, which a user's `PATH` need not have.
fn tool(name: &str) -> Command {
    let in_sbin = Path::new("/sbin").join(name);
    match in_sbin.exists() {
        true => Command::new(in_sbin),
        false => Command::new(name),
    }
}

/// Writes the tree `from` into a new image whose owner is the Hurd, with `spare` bytes free.
///
/// # Errors
/// The tree cannot be read, or mke2fs fails.
pub fn make(image: &Path, from: &Path, used: u64, spare: u64) -> Result<()> {
    let _ = fs::remove_file(image);
    let mebibytes = (used + used / 16 + spare).div_ceil(1 << 20);
    let made = run(tool("mke2fs")
        .args(["-q", "-F", "-t", "ext2", "-o", "hurd"])
        .args(["-b", "4096", "-I", "128", "-m", "0"])
        .args(["-E", "root_owner=0:0", "-d"])
        .arg(from)
        .arg(image)
        .arg(format!("{mebibytes}M")));
    if made.is_err() {
        let _ = fs::remove_file(image);
    }
    made
}

/// Changes to an image, applied all at once.
#[derive(Debug, Default)]
pub struct Changes {
    script: String,
    directories: BTreeSet<PathBuf>,
    bytes: u64,
}

impl Changes {
    /// Makes the directory `path` of the image, and those above it.
    ///
    /// # Errors
    /// The path is not plain.
    pub fn directory(&mut self, path: &str) -> Result<()> {
        for above in Path::new(path).ancestors() {
            let new = above.parent().is_some() && self.directories.insert(above.to_owned());
            if new {
                quoted(&above.display().to_string())?;
            }
        }
        Ok(())
    }

    /// Puts the file `from` of the host at `to`, whatever is there, for root.
    ///
    /// # Errors
    /// There is no such file, or `to` is not an absolute path.
    pub fn file(&mut self, from: &Path, to: &str) -> Result<()> {
        let about = fs::metadata(from).map_err(|error| format!("{}: {error}", from.display()))?;
        let parent = Path::new(to)
            .parent()
            .filter(|_| to.starts_with('/') && !to.ends_with('/'));
        let parent = parent.ok_or_else(|| format!("{to}: not an absolute path of a file"))?;
        self.directory(&parent.display().to_string())?;
        let (source, to) = (quoted(&from.display().to_string())?, quoted(to)?);
        self.bytes += about.len();
        // debugfs wants the mode with the file's type.
        let mode = 0o100_000 | (about.permissions().mode() & 0o7777);
        let _ = writeln!(self.script, "rm {to}\nwrite {source} {to}");
        let _ = writeln!(self.script, "sif {to} mode 0{mode:o}");
        let _ = writeln!(self.script, "sif {to} uid 0\nsif {to} gid 0");
        Ok(())
    }

    /// Gives `path` of the image another owner.
    ///
    /// # Errors
    /// The path is not plain.
    pub fn owner(&mut self, path: &str, id: u32) -> Result<()> {
        let path = quoted(path)?;
        let _ = writeln!(self.script, "sif {path} uid {id}\nsif {path} gid {id}");
        Ok(())
    }

    /// Applies them to `image`, which has `spare` bytes free and grows if they do not suffice, or
    /// if `more` are to be free afterwards.
    ///
    /// # Errors
    /// A file could not be written.
    pub fn apply(self, image: &Path, spare: u64, more: u64) -> Result<()> {
        if more > 0 || self.bytes > spare / 2 {
            let grown = fs::metadata(image)?.len() + more + self.bytes + self.bytes / 16;
            fs::OpenOptions::new()
                .write(true)
                .open(image)?
                .set_len(grown.next_multiple_of(4096))?;
            run(tool("resize2fs").arg("-f").arg(image))?;
        }
        let mut script = String::new();
        for directory in &self.directories {
            let _ = writeln!(script, "mkdir \"{}\"", directory.display());
        }
        script.push_str(&self.script);
        let list = image.with_extension("debugfs");
        fs::write(&list, script)?;
        let done = tool("debugfs")
            .args(["-w", "-f"])
            .arg(&list)
            .arg(image)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("debugfs: {error}"))?;
        let _ = fs::remove_file(&list);
        // debugfs goes on after an error, and its status says nothing of it. Two are expected:
        // directories that are there, and files that are not.
        let text = String::from_utf8_lossy(&done.stderr);
        let complaint = text.lines().find(|line| {
            !(line.starts_with("debugfs 1.")
                || line.contains("mkdir:") && line.contains("already exists")
                || line.starts_with("rm:") && line.contains("File not found")
                || line.trim().is_empty())
        });
        match complaint {
            Some(complaint) => Err(format!("{}: debugfs: {complaint}", image.display()).into()),
            None => Ok(()),
        }
    }
}

/// A path as debugfs reads it.
fn quoted(path: &str) -> Result<String> {
    if path.contains(['"', '\n', '\\']) {
        return Err(format!("{path:?}: quotes and line feeds do not fit in an image").into());
    }
    Ok(format!("\"{path}\""))
}
