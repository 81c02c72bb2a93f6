// SPDX-License-Identifier: GPL-2.0-or-later
//! The image of `HURD_ROOT` that all boots start from, made once.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::{Root, disk};
use crate::packages::{cache_directory, run};
use crate::{Result, workspace};

/// Not needed to run anything, and GRUB takes its time with every megabyte.
const LEFT_OUT: [&str; 20] = [
    "bin/localedef",
    "boot",
    "include",
    "usr/include",
    "lib/gconv",
    "libexec/getconf",
    "sbin/ldconfig",
    "sbin/sln",
    "usr/bin/localedef",
    "usr/sbin/ldconfig",
    "usr/sbin/sln",
    "share",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
    "usr/lib/x86_64-gnu/gconv",
    "usr/lib/locale",
    "var/cache",
    "var/lib/apt",
];

/// Files that startup and the servers put themselves on.
const NODES: [&str; 7] = [
    "servers/exec",
    "servers/startup",
    "servers/crash",
    "servers/proc",
    "servers/password",
    "servers/default-pager",
    "dev/urandom",
];

const DIRECTORIES: [&str; 11] = [
    "bed",
    "dev/shm",
    "etc",
    "home/user",
    "libexec",
    "mnt",
    "proc",
    "root",
    "run",
    "servers/socket",
    "tmp",
];

/// Free space of an image, for what the programs write.
pub(super) const SPARE: u64 = 8 << 20;

/// The two servers that boot the others: GRUB loads them from beside the image.
const MODULES: [&str; 2] = ["ext2fs.static", "exec.static"];

/// The owner of `/home/user`; tests may become this user or the next.
const USER: u32 = 1000;

/// The image and the tree it was made of.
#[derive(Debug, Clone)]
pub struct Base {
    /// The file system with everything but what is under test.
    pub image: PathBuf,
    /// What is in it, to resolve links with.
    pub stage: PathBuf,
    /// The boot modules, `ext2fs.static` and `exec.static`.
    pub modules: PathBuf,
}

/// A file of `HURD_ROOT` that goes into the image.
#[derive(Debug, Clone, Hash)]
enum Entry {
    Directory { mode: u32 },
    Link { target: PathBuf },
    File { mode: u32, size: u64, time: i64 },
}

impl Base {
    /// Finds the image in the cache, or makes it.
    ///
    /// # Errors
    /// `HURD_ROOT` cannot be read, the cache not written, or a tool fails.
    pub fn prepare(root: &Root) -> Result<Self> {
        // The recipe is part of the directory's name: a boot reads the image after the lock is
        // released, so another checkout must not make it anew meanwhile.
        let mut hasher = DefaultHasher::new();
        root.path().hash(&mut hasher);
        let guest = workspace().join("qemu/guest");
        for part in [
            guest.join("run.c"),
            guest.join("runsystem"),
            workspace().join("qemu/runner/src/hurd/base.rs"),
        ] {
            fs::read(&part)
                .map_err(|error| format!("{}: {error}", part.display()))?
                .hash(&mut hasher);
        }
        let cache = cache_directory()?.join(format!("hurd-{:016x}", hasher.finish()));
        fs::create_dir_all(&cache)?;
        let lock = fs::File::create(cache.join("lock"))?;
        lock.lock()?;

        let base = Self {
            image: cache.join("base.img"),
            stage: cache.join("stage"),
            modules: cache.join("modules"),
        };
        let mut entries = BTreeMap::new();
        list(root.path(), Path::new(""), &needed, &mut entries)?;
        entries.hash(&mut hasher);
        for name in MODULES {
            let about = fs::metadata(root.path().join("hurd").join(name))?;
            (about.len(), about.mtime()).hash(&mut hasher);
        }
        let (stamp, key) = (cache.join("key"), format!("{:016x}\n", hasher.finish()));
        if base.image.exists() && fs::read_to_string(&stamp).is_ok_and(|have| have == key) {
            return Ok(base);
        }
        let _ = fs::remove_file(&stamp);
        forget_old(&cache);
        eprintln!("runner: making the image of {}", root.path().display());
        fs::create_dir_all(&base.modules)?;
        for name in MODULES {
            copy_stripped(
                &root.path().join("hurd").join(name),
                &base.modules.join(name),
            )?;
        }
        base.fill(root, &entries)?;
        base.add_ours(&guest)?;
        disk::make(&base.image, &base.stage, used(&base.stage)?, SPARE)?;
        let mut changes = disk::Changes::default();
        changes.owner("/home/user", USER)?;
        if fs::metadata(&base.stage)?.uid() != 0 {
            // mke2fs took the user's own name for everything.
            let mut staged = BTreeMap::new();
            list(&base.stage, Path::new(""), &|_| true, &mut staged)?;
            for path in staged
                .keys()
                .filter(|path| **path != Path::new("home/user"))
            {
                changes.owner(&format!("/{}", path.display()), 0)?;
            }
        }
        changes.apply(&base.image, SPARE, 0)?;
        fs::write(&stamp, key)?;
        Ok(base)
    }

    /// Brings the stage up to date: stripped copies, each made once.
    fn fill(&self, root: &Root, entries: &BTreeMap<PathBuf, Entry>) -> Result<()> {
        fs::create_dir_all(&self.stage)?;
        let mut old = BTreeMap::new();
        list(&self.stage, Path::new(""), &|_| true, &mut old)?;
        for (path, _) in old.iter().rev() {
            let gone = !entries.contains_key(path);
            let to = self.stage.join(path);
            let changed = to.is_symlink() || !to.is_dir();
            if gone && changed {
                fs::remove_file(&to)?;
            } else if gone {
                fs::remove_dir(&to)?;
            }
        }
        for (path, entry) in entries {
            let (from, to) = (root.path().join(path), self.stage.join(path));
            match entry {
                Entry::Directory { mode } => {
                    fs::create_dir_all(&to)?;
                    fs::set_permissions(&to, fs::Permissions::from_mode(*mode | 0o700))?;
                }
                Entry::Link { target } => {
                    let _ = fs::remove_file(&to);
                    symlink(target, &to)?;
                }
                Entry::File { mode, time, .. } => {
                    let have = fs::symlink_metadata(&to);
                    if have.is_ok_and(|have| have.is_file() && have.mtime() == *time) {
                        continue;
                    }
                    copy_stripped(&from, &to)?;
                    fs::set_permissions(&to, fs::Permissions::from_mode(*mode))?;
                    let modified = fs::metadata(&from)?.modified()?;
                    fs::File::open(&to)?.set_modified(modified)?;
                }
            }
        }
        Ok(())
    }

    /// Adds what the bed brings itself, and what a tree need not have.
    fn add_ours(&self, guest: &Path) -> Result<()> {
        for directory in DIRECTORIES {
            fs::create_dir_all(self.inside(&format!("/{directory}")))?;
        }
        let tmp = self.inside("/tmp");
        fs::set_permissions(tmp, fs::Permissions::from_mode(0o1777))?;
        for node in NODES {
            let path = self.inside(&format!("/{node}"));
            if !path.exists() {
                fs::write(path, "")?;
            }
        }
        // For a tree without a server of random numbers.
        let mut random = vec![0; 64 << 10];
        fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
        for name in ["random", "urandom"] {
            fs::write(self.inside(&format!("/dev/{name}")), &random)?;
        }
        let add = |file: &str, text: &str| -> Result<()> {
            let path = self.inside(&format!("/etc/{file}"));
            let mut have = fs::read_to_string(&path).unwrap_or_default();
            for line in text.lines() {
                let id = line.split(':').nth(2).unwrap_or_default();
                if !have.lines().any(|line| line.split(':').nth(2) == Some(id)) {
                    have.push_str(line);
                    have.push('\n');
                }
            }
            let _ = fs::remove_file(&path);
            Ok(fs::write(path, have)?)
        };
        let users: String = (USER..USER + 4)
            .map(|id| format!("user{id}:x:{id}:{id}::/home/user:/bin/sh\n"))
            .collect();
        let groups: String = (USER..USER + 4)
            .map(|id| format!("user{id}:x:{id}:\n"))
            .collect();
        add("passwd", &format!("root:x:0:0::/root:/bin/sh\n{users}"))?;
        add("group", &format!("root:x:0:\n{groups}"))?;

        let helper = self.inside("/bed/run");
        run(Command::new(workspace().join("qemu/cc"))
            .args(["-O2", "-s", "-o"])
            .arg(&helper)
            .arg(guest.join("run.c")))?;
        // Where the Hurd and Debian's version of it look for the first program.
        for place in ["/libexec/runsystem", "/etc/hurd/runsystem"] {
            let path = self.inside(place);
            if place.starts_with("/libexec") || path.symlink_metadata().is_ok() {
                let _ = fs::remove_file(&path);
                fs::copy(guest.join("runsystem"), &path)?;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
            }
        }
        Ok(())
    }

    /// Where the image's `path` lies in the stage: links above it lead where the image's would,
    /// the last name stands for itself.
    fn inside(&self, path: &str) -> PathBuf {
        self.stage.join(self.resolve(path).trim_start_matches('/'))
    }

    /// The image's `path` with the links above its last name followed.
    #[must_use]
    pub fn resolve(&self, path: &str) -> String {
        let mut todo: Vec<String> = names(Path::new(path));
        todo.reverse();
        let mut at: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(name) = todo.pop() {
            if name == ".." {
                at.pop();
                continue;
            }
            at.push(name);
            if todo.is_empty() {
                break;
            }
            if let Ok(target) = fs::read_link(self.stage.join(at.join("/"))) {
                links += 1;
                if links > 32 {
                    break;
                }
                at.pop();
                if target.is_absolute() {
                    at.clear();
                }
                todo.extend(names(&target).into_iter().rev());
            }
        }
        format!("/{}", at.join("/"))
    }
}

/// The names in a path, `..` among them.
fn names(path: &Path) -> Vec<String> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.display().to_string()),
            Component::ParentDir => Some("..".to_owned()),
            _ => None,
        })
        .collect()
}

/// Whether a boot may need a file of this path.
fn needed(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    !matches!(extension, Some("a" | "o" | "static"))
        && !LEFT_OUT.iter().any(|left_out| path == Path::new(left_out))
}

/// Everything below `root/at` that is wanted.
fn list(
    root: &Path,
    at: &Path,
    wanted: &dyn Fn(&Path) -> bool,
    entries: &mut BTreeMap<PathBuf, Entry>,
) -> Result<()> {
    let directory = root.join(at);
    let read =
        fs::read_dir(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in read {
        let entry = entry?;
        let path = at.join(entry.file_name());
        let about = entry.metadata()?;
        let mode = about.permissions().mode() & 0o7777;
        if !wanted(&path) {
            continue;
        }
        if about.is_symlink() {
            let target = fs::read_link(entry.path())?;
            entries.insert(path, Entry::Link { target });
        } else if about.is_dir() {
            entries.insert(path.clone(), Entry::Directory { mode });
            list(root, &path, wanted, entries)?;
        } else if about.is_file() {
            let (size, time) = (about.len(), about.mtime());
            entries.insert(path, Entry::File { mode, size, time });
        }
    }
    Ok(())
}

/// Removes the images beside `cache` that no boot has used for a week.
fn forget_old(cache: &Path) {
    let week = std::time::Duration::from_secs(7 * 24 * 60 * 60);
    let others = cache.parent().and_then(|all| fs::read_dir(all).ok());
    for other in others.into_iter().flatten().flatten() {
        // Each use makes the lock file anew.
        let used = fs::metadata(other.path().join("lock")).and_then(|lock| lock.modified());
        let old = used.is_ok_and(|used| used.elapsed().is_ok_and(|since| since > week));
        let image = other.file_name().to_string_lossy().starts_with("hurd-");
        if image && old {
            let _ = fs::remove_dir_all(other.path());
        }
    }
}

/// Bytes of the files below `directory`, in whole blocks.
fn used(directory: &Path) -> Result<u64> {
    let mut entries = BTreeMap::new();
    list(directory, Path::new(""), &|_| true, &mut entries)?;
    let blocks = entries.values().map(|entry| match entry {
        Entry::File { size, .. } => size.div_ceil(4096),
        _ => 1,
    });
    Ok(blocks.sum::<u64>() * 4096)
}

/// A copy without debug information; a file that is no ELF is copied as it is.
///
/// # Errors
/// The file cannot be read, or the copy not written.
pub fn copy_stripped(from: &Path, to: &Path) -> Result<()> {
    let _ = fs::remove_file(to);
    let mut magic = [0; 4];
    let elf = fs::File::open(from)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok()
        && magic == *b"\x7fELF";
    // The names of functions stay, for backtraces.
    if elf && run(Command::new("strip").arg("-g").arg("-o").arg(to).arg(from)).is_ok() {
        let mode = fs::metadata(from)?.permissions();
        fs::set_permissions(to, mode)?;
        return Ok(());
    }
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_above_a_file_lead_where_they_would_in_the_image() {
        let stage = std::env::temp_dir().join(format!("bed-base-test-{}", std::process::id()));
        let _ = fs::remove_dir_all(&stage);
        fs::create_dir_all(stage.join("usr/lib")).unwrap();
        symlink("usr/lib", stage.join("lib")).unwrap();
        symlink("/usr", stage.join("usr/lib/up")).unwrap();
        symlink("nowhere", stage.join("usr/lib/libx.so")).unwrap();
        let base = Base {
            image: PathBuf::new(),
            stage: stage.clone(),
            modules: PathBuf::new(),
        };
        assert_eq!(base.resolve("/lib/libx.so"), "/usr/lib/libx.so");
        assert_eq!(base.resolve("/lib/up/lib/new"), "/usr/lib/new");
        assert_eq!(base.resolve("/lib/../etc/x"), "/usr/etc/x");
        fs::remove_dir_all(stage).unwrap();
    }
}
