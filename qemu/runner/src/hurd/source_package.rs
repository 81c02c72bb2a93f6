// SPDX-License-Identifier: GPL-2.0-or-later
//! Programs built for the Hurd from Debian's source packages, unmodified.
//!
//! Each package is fetched and built once; `tests/foreign` has a build script for each. The
//! results stay until the script or the root changes, whatever Debian has meanwhile.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::Root;
use crate::packages::{Apt, cache_directory, run};
use crate::{Result, workspace};

/// Where the packages are looked for; of one with several versions the newest that is really there
/// is taken.
const SUITES: &str = "unstable testing stable";

/// A source package, and the programs that its script builds.
pub(super) struct Package {
    /// Of the source package, and of its script.
    pub name: &'static str,
    /// What the script leaves in `OUT`.
    pub programs: &'static [&'static str],
}

/// What came of a package's script.
pub(super) struct Built {
    /// Of Debian's package.
    pub version: String,
    /// The programs and their places in the Hurd.
    pub files: Vec<(PathBuf, String)>,
}

impl Package {
    /// The programs, built if they are not there yet; or one line that says why there is no
    /// source.
    ///
    /// # Errors
    /// The source is there and cannot be built.
    pub fn built(&self, root: &Root) -> Result<Result<Built, String>> {
        let directory = cache_directory()?.join("foreign").join(self.name);
        fs::create_dir_all(&directory)?;
        let lock = fs::File::create(directory.join("lock"))?;
        lock.lock()?;
        let script = workspace().join(format!("tests/foreign/{}.sh", self.name));
        let mut hasher = DefaultHasher::new();
        fs::read(&script)?.hash(&mut hasher);
        root.path().hash(&mut hasher);
        let key = format!("{:016x}", hasher.finish());
        let (stamp, out) = (directory.join("key"), directory.join("out"));
        let have = fs::read_to_string(&stamp).unwrap_or_default();
        if let Some((have, version)) = have.trim_end().split_once('\n')
            && have == key
        {
            return Ok(Ok(self.placed(version.to_owned(), &out)));
        }
        let (version, archive) = match self.fetch(&directory) {
            Ok(fetched) => fetched,
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().next_back().unwrap_or_default();
                return Ok(Err(format!(
                    "no source of {} from Debian: {why}",
                    self.name
                )));
            }
        };
        // Until all of it is built anew there is nothing.
        let _ = fs::remove_file(&stamp);
        let began = Instant::now();
        let source = Self::unpack(&directory, &archive)?;
        self.build(root, &directory, &script, &source, &out)?;
        println!(
            "{} {version}: built in {} s",
            self.name,
            began.elapsed().as_secs()
        );
        // Two hundred megabytes that nobody needs any more.
        for part in ["apt", "fetched", "source", "work"] {
            fs::remove_dir_all(directory.join(part))?;
        }
        fs::write(&stamp, format!("{key}\n{version}\n"))?;
        Ok(Ok(self.placed(version, &out)))
    }

    fn placed(&self, version: String, out: &Path) -> Built {
        let place = |name: &&str| (out.join(name), format!("/bin/{name}"));
        Built {
            version,
            files: self.programs.iter().map(place).collect(),
        }
    }

    /// Fetches upstream's archive of the newest version there is.
    fn fetch(&self, directory: &Path) -> Result<(String, PathBuf)> {
        eprintln!("runner: fetching the source of {} from Debian", self.name);
        let apt = Apt::set_up(directory.join("apt"))?;
        let versions = apt.find(
            |source| source.source_stanza(SUITES),
            |apt| apt.source_versions(self.name),
        )?;
        let fetched = directory.join("fetched");
        let mut last = None;
        for version in versions {
            let _ = fs::remove_dir_all(&fetched);
            fs::create_dir_all(&fetched)?;
            match apt.fetch_source(self.name, &version, &fetched) {
                Ok(archive) => return Ok((version, archive)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| "there is none".into()))
    }

    fn unpack(directory: &Path, archive: &Path) -> Result<PathBuf> {
        let source = directory.join("source");
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(&source)?;
        run(Command::new("tar")
            .args(["--strip-components=1", "-C"])
            .arg(&source)
            .arg("-xf")
            .arg(archive))?;
        Ok(source)
    }

    fn build(
        &self,
        root: &Root,
        directory: &Path,
        script: &Path,
        source: &Path,
        out: &Path,
    ) -> Result<()> {
        eprintln!("runner: building {} for the Hurd", self.name);
        let (work, log) = (directory.join("work"), directory.join("log"));
        for fresh in [&work, &out.to_owned()] {
            let _ = fs::remove_dir_all(fresh);
            fs::create_dir_all(fresh)?;
        }
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        let written = fs::File::create(&log)?;
        let done = Command::new("sh")
            .arg(script)
            .current_dir(&work)
            .env("SOURCE", source)
            .env("OUT", out)
            .env("CC", workspace().join("qemu/cc"))
            .env("HURD_ROOT", root.path())
            .env("JOBS", jobs.to_string())
            .env_remove("MAKEFLAGS")
            .stdin(std::process::Stdio::null())
            .stdout(written.try_clone()?)
            .stderr(written)
            .status()?;
        let missing = self.programs.iter().find(|name| !out.join(name).is_file());
        if done.success() && missing.is_none() {
            return Ok(());
        }
        let text = fs::read(&log)?;
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(30)..].join("\n");
        Err(format!(
            "{tail}\n{} cannot be built: {done}; all of it is in {}",
            self.name,
            log.display()
        )
        .into())
    }
}
