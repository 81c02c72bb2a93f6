// SPDX-License-Identifier: GPL-2.0-or-later
//! Kernel, headers and MIG: packages of one Debian release, whatever release the machine runs.
//!
//! apt fetches them with a configuration of its own in the cache, from the
//! machine's own mirror and with its keys, and installs nothing. The files are
//! unpacked in the cache, so that every machine builds with the same ones.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{Result, sources};

/// The release that has the packages below.
pub(crate) const SUITE: &str = "trixie";

/// A package at the version we know to work.
struct Pin {
    name: &'static str,
    version: &'static str,
    sha256: &'static str,
}

const PINS: [Pin; 3] = [
    Pin {
        name: "gnumach-image-1.8-amd64-up",
        version: "2:1.8+git20250702-1",
        sha256: "802ed4da67e3e3c9d6e42e8bd06fd2a66b8c35bd7454140bd4f306d36afe5057",
    },
    Pin {
        name: "gnumach-dev",
        version: "2:1.8+git20250702-1",
        sha256: "39de7a2d8598465eb142df3d312a71821fe0bd74a9c7f3a6ec8478163df1b988",
    },
    Pin {
        name: "mig-x86-64-gnu",
        version: "1.8+git20231217-8",
        sha256: "b8ebde492856b4cd5cd1b71d6795a45d0c8e284fdfd8c1fe3d9c48828a098ff8",
    },
];

/// The release with Debian's newest kernel.
const NEWEST: &str = "sid";
/// How long a fetched kernel of that release is the newest.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The unpacked packages.
#[derive(Debug, Clone)]
pub struct Packages {
    root: PathBuf,
    /// A kernel to boot in place of the pinned one.
    other_kernel: Option<PathBuf>,
}

/// A kernel, and its package's version.
#[derive(Debug, Clone)]
pub struct Kernel {
    /// Compressed as GRUB takes it.
    pub file: PathBuf,
    /// As apt says it.
    pub version: String,
}

impl Packages {
    /// Finds the packages in the cache, or fetches them.
    ///
    /// # Errors
    /// No mirror has them, a checksum is wrong, or the cache cannot be written.
    pub fn prepare() -> Result<Self> {
        let cache = cache_directory()?;
        fs::create_dir_all(&cache)?;
        // Two runs at once would fetch into the same directories. The lock goes with the file.
        let lock = fs::File::create(cache.join("lock"))?;
        lock.lock()?;

        let packages = Self {
            root: cache.join("root"),
            other_kernel: None,
        };
        let stamp = packages.root.join("pins");
        let wanted: String = PINS
            .iter()
            .map(|pin| format!("{} {}\n", pin.name, pin.sha256))
            .collect();
        if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
            return Ok(packages);
        }
        let fresh = cache.join("root.new");
        for directory in [&fresh, &packages.root] {
            if directory.exists() {
                fs::remove_dir_all(directory)?;
            }
        }
        let apt = Apt::set_up(cache.join("apt"))?;
        apt.find(
            |source| source.stanza(SUITE),
            |apt| output(apt.command("apt-cache").args(["show", PINS[0].name])),
        )
        .map_err(|error| {
            format!("none of this machine's apt sources offers Debian {SUITE}: {error}")
        })?;
        for pin in &PINS {
            let file = apt.download(pin)?;
            run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(&fresh))?;
        }
        fs::write(fresh.join("pins"), wanted)?;
        fs::rename(&fresh, &packages.root)?;
        Ok(packages)
    }

    /// GNU Mach, compressed as GRUB takes it.
    #[must_use]
    pub fn kernel(&self) -> PathBuf {
        let pinned = || self.root.join("boot/gnumach-1.8-amd64-up.gz");
        self.other_kernel.clone().unwrap_or_else(pinned)
    }

    /// The same packages, but for the kernel.
    #[must_use]
    pub fn with_kernel(&self, kernel: &Kernel) -> Self {
        Self {
            root: self.root.clone(),
            other_kernel: Some(kernel.file.clone()),
        }
    }

    /// Debian's newest kernel, fetched at most once a day; or one line that says why there is
    /// none.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub fn newest_kernel() -> Result<Result<Kernel, String>> {
        let cache = cache_directory()?.join("newest");
        fs::create_dir_all(&cache)?;
        let lock = fs::File::create(cache.join("lock"))?;
        lock.lock()?;
        let (stamp, tree) = (cache.join("version"), cache.join("root"));
        let age = fs::metadata(&stamp)
            .and_then(|stamp| stamp.modified()?.elapsed().map_err(std::io::Error::other));
        if age.is_ok_and(|age| age < DAY) {
            let version = fs::read_to_string(&stamp)?;
            let file = kernel_in(&tree)?;
            return Ok(Ok(Kernel { file, version }));
        }
        let _ = fs::remove_file(&stamp);
        let apt = Apt::set_up(cache.join("apt"))?;
        let name = PINS[0].name;
        let found = apt.find(
            |source| source.stanza(NEWEST),
            |apt| {
                let shown = output(apt.command("apt-cache").args(["show", name]))?;
                let version = shown
                    .lines()
                    .find_map(|line| line.strip_prefix("Version: "));
                Ok(version.ok_or("apt-cache shows no version")?.to_owned())
            },
        );
        let version = match found {
            Ok(version) => version,
            Err(error) => {
                let text = error.to_string();
                let line = text.lines().find(|line| !line.trim().is_empty());
                let why = line.unwrap_or("no source is configured");
                return Ok(Err(format!("no mirror has {NEWEST}'s {name}: {why}")));
            }
        };
        let file = match apt.download_version(name, &version) {
            Ok(file) => file,
            Err(error) => {
                let text = error.to_string();
                let line = text.lines().rfind(|line| !line.trim().is_empty());
                let why = line.unwrap_or("apt does not say why");
                return Ok(Err(format!("{name} {version} is not to be had: {why}")));
            }
        };
        if tree.exists() {
            fs::remove_dir_all(&tree)?;
        }
        run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(&tree))?;
        let file = kernel_in(&tree)?;
        fs::write(&stamp, &version)?;
        Ok(Ok(Kernel { file, version }))
    }

    /// The interface generator.
    #[must_use]
    pub fn mig(&self) -> PathBuf {
        self.root.join("usr/bin/x86_64-gnu-mig")
    }

    /// The interface generator proper, which reads preprocessed definitions.
    #[must_use]
    pub fn migcom(&self) -> PathBuf {
        self.root.join("usr/lib/mig/x86_64-gnu-migcom")
    }

    /// The directory of the kernel's headers and .defs.
    #[must_use]
    pub fn mach_include(&self) -> PathBuf {
        self.root.join("usr/include/x86_64-linux-gnu")
    }

    /// Where generator and headers are, as the variables that the crate `mig` reads.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, PathBuf); 2] {
        [("MIG", self.mig()), ("MACH_INCLUDE", self.mach_include())]
    }
}

/// The compressed kernel of an unpacked package.
fn kernel_in(tree: &Path) -> Result<PathBuf> {
    let boot = tree.join("boot");
    let read = fs::read_dir(&boot).map_err(|error| format!("{}: {error}", boot.display()))?;
    let found = read.flatten().map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("gnumach-") && name.ends_with(".gz")
    });
    Ok(found.ok_or_else(|| format!("no kernel in {}", boot.display()))?)
}

/// `shm-bed` in the user's cache directory.
pub(crate) fn cache_directory() -> Result<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    Ok(caches
        .ok_or("neither XDG_CACHE_HOME nor HOME is set")?
        .join("shm-bed"))
}

/// apt with directories of its own, so that it needs no privilege and leaves no trace.
pub(crate) struct Apt {
    directory: PathBuf,
    configuration: PathBuf,
}

impl Apt {
    /// Writes the configuration for an apt that keeps everything in `directory`.
    pub(crate) fn set_up(directory: PathBuf) -> Result<Self> {
        for part in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(directory.join(part))?;
        }
        let apt = Self {
            configuration: directory.join("apt.conf"),
            directory,
        };
        // Of the machine's settings keep those about fetching (proxies, certificates), but not
        // hooks, which would act on the system's own directories.
        let dump = output(Command::new("apt-config").arg("dump"))?;
        let fetching = dump.lines().filter(|line| line.starts_with("Acquire::"));
        let here = apt.directory.display();
        let mut text = format!(
            "Dir::State \"{here}/state\";\nDir::State::status \"/dev/null\";\n\
             Dir::Cache \"{here}/cache\";\nDir::Etc::main \"/dev/null\";\n\
             Dir::Etc::parts \"/dev/null\";\nDir::Etc::preferences \"/dev/null\";\n\
             Dir::Etc::preferencesparts \"/dev/null\";\nDir::Etc::sourceparts \"/dev/null\";\n\
             Dir::Etc::sourcelist \"{here}/bed.sources\";\nAPT::Architecture \"amd64\";\n\
             APT::Architectures {{ \"amd64\"; }};\nAPT::Sandbox::User \"root\";\n"
        );
        for line in fetching {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str("Acquire::Languages \"none\";\n");
        fs::write(&apt.configuration, text)?;

        Ok(apt)
    }

    /// Turns to the first of the machine's sources, as `stanza` has it, that `offers` something.
    pub(crate) fn find<T>(
        &self,
        stanza: impl Fn(&sources::Source) -> String,
        offers: impl Fn(&Self) -> Result<T>,
    ) -> Result<T> {
        let mut last = None;
        for source in sources::of_this_machine()? {
            fs::write(self.directory.join("bed.sources"), stanza(&source))?;
            let updated = run(self.command("apt-get").args(["--error-on=any", "update"]));
            match updated.and_then(|()| offers(self)) {
                Ok(found) => return Ok(found),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| "there is none".into()))
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .arg("-q")
            .env("APT_CONFIG", &self.configuration)
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// The versions of a source package in the index, the newest first. The index may name files
    /// that the mirror no longer has.
    pub(crate) fn source_versions(&self, package: &str) -> Result<Vec<String>> {
        self.versions(&["showsrc", "--only-source", package])
    }

    /// As [`Self::source_versions`], of a binary package.
    pub(crate) fn binary_versions(&self, package: &str) -> Result<Vec<String>> {
        self.versions(&["show", package])
    }

    fn versions(&self, shown: &[&str]) -> Result<Vec<String>> {
        let known = output(self.command("apt-cache").args(shown))?;
        let versions = known
            .lines()
            .filter_map(|line| line.strip_prefix("Version: "));
        let mut versions: Vec<String> = versions.map(str::to_owned).collect();
        // In the index they come suite by suite, and one may be in several.
        versions.sort();
        versions.dedup();
        let mut sorted: Vec<String> = Vec::new();
        for version in versions {
            let mut at = 0;
            while at < sorted.len() && newer(&sorted[at], &version)? {
                at += 1;
            }
            sorted.insert(at, version);
        }
        Ok(sorted)
    }

    /// Fetches upstream's archive of a source package into `directory`, which holds no other.
    pub(crate) fn fetch_source(
        &self,
        package: &str,
        version: &str,
        directory: &Path,
    ) -> Result<PathBuf> {
        run(self
            .command("apt-get")
            .args(["source", "--download-only", "--tar-only", "--only-source"])
            .arg(format!("{package}={version}"))
            .current_dir(directory))?;
        // Not a second archive of the package, `.orig-NAME.tar.`, nor a signature. A package that
        // is Debian's own has no `.orig`.
        let archive = fs::read_dir(directory)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.contains(".tar.")
                    && !name.contains(".orig-")
                    && path.extension() != Some(OsStr::new("asc"))
            });
        Ok(archive.ok_or("apt-get source left no archive")?)
    }

    /// The file of a package at this version. apt's signatures vouch for it.
    pub(crate) fn download_version(&self, name: &str, version: &str) -> Result<PathBuf> {
        let directory = self.directory.join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        run(self
            .command("apt-get")
            .args(["download", &format!("{name}={version}")])
            .current_dir(&directory))?;
        let file = fs::read_dir(&directory)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension() == Some(OsStr::new("deb")));
        Ok(file.ok_or_else(|| format!("apt-get download {name} left no file"))?)
    }

    /// The package's file: at the pinned version with the pinned checksum, or, where the archive
    /// has moved on, the version it offers, for which apt's signatures vouch.
    fn download(&self, pin: &Pin) -> Result<PathBuf> {
        let directory = self.directory.join(pin.name);
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let fetch = |what: &str| {
            run(self
                .command("apt-get")
                .args(["download", what])
                .current_dir(&directory))
        };
        let pinned = fetch(&format!("{}={}", pin.name, pin.version));
        if pinned.is_err() {
            fetch(pin.name)?;
        }
        let file = fs::read_dir(&directory)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension() == Some(OsStr::new("deb")))
            .ok_or_else(|| format!("apt-get download {} left no file", pin.name))?;
        if pinned.is_err() {
            println!(
                "runner: {} {} is no longer in the archive, taking {}",
                pin.name,
                pin.version,
                file.file_name().unwrap_or_default().display()
            );
            return Ok(file);
        }
        check_sha256(&file, pin.sha256)?;
        Ok(file)
    }
}

/// An error if the file is not the one of this checksum.
pub(crate) fn check_sha256(file: &Path, sha256: &str) -> Result<()> {
    let sum = output(Command::new("sha256sum").arg(file))?;
    if sum.trim_start_matches('\\').starts_with(sha256) {
        return Ok(());
    }
    Err(format!("{}: not the expected sha256 {sha256}", file.display()).into())
}

/// Whether the first of two versions is the newer one.
fn newer(one: &str, other: &str) -> Result<bool> {
    let compared = Command::new("dpkg")
        .args(["--compare-versions", one, "gt", other])
        .status();
    Ok(compared
        .map_err(|error| format!("dpkg: {error}"))?
        .success())
}

/// Runs a command to its end; what it wrote is shown only when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// As [`run`], and returns its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let done = command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&done.stderr);
    Err(format!("{name}: {}\n{text}{errors}", done.status).into())
}
