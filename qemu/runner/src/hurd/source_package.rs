// SPDX-License-Identifier: GPL-2.0-or-later
//! Programs built for the Hurd from Debian's source packages, unmodified.
//!
//! Each package is fetched at a known version and built once; `tests/foreign` has a build script for
//! each. The results stay until the version, the script or the root changes, whatever Debian has
//! meanwhile.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::Root;
use crate::packages::{Apt, SUITE, cache_directory, check_sha256, run};
use crate::sources::Source;
use crate::suites::Run;
use crate::{Result, workspace};

/// Where the packages are looked for.
const SUITES: &str = "unstable testing stable";

/// A source package, and the programs that its script builds.
pub(super) struct Package {
    /// Of the source package, and of its script.
    pub name: &'static str,
    /// What the script leaves in `OUT`.
    pub programs: &'static [&'static str],
    /// What the build needs, the package itself among it. If there is nothing else, `SOURCE` is the
    /// package's source, otherwise a directory with all of them, each under its name.
    pub parts: &'static [Part],
}

/// A package that a build needs, at the version that is known to work.
#[derive(Hash)]
pub(super) struct Part {
    name: &'static str,
    kind: Kind,
    version: &'static str,
    /// Of upstream's archive, or of the binary package.
    sha256: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Source,
    Data,
}

impl Part {
    /// Upstream's archive of a source package.
    pub const fn source(name: &'static str, version: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Source,
            version,
            sha256,
        }
    }

    /// A binary package for all processors.
    pub const fn data(name: &'static str, version: &'static str, sha256: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Data,
            version,
            sha256,
        }
    }
}

/// What came of a package's script.
pub(super) struct Built {
    /// Of Debian's package.
    pub version: String,
    /// The programs and their places in the Hurd.
    pub files: Vec<(PathBuf, String)>,
    /// All that the script left in `OUT`.
    pub out: PathBuf,
}

impl Package {
    /// How a suite begins: the programs, with their version noted. `None` if there is no source,
    /// which the report says.
    ///
    /// # Errors
    /// The source is there and cannot be built.
    pub fn ready(&self, root: &Root, run: &mut Run<'_>) -> Result<Option<Built>> {
        match self.built(root)? {
            Ok(built) => {
                run.note(format!("{}: {} {}", run.name, self.name, built.version));
                Ok(Some(built))
            }
            Err(missing) => {
                run.skip(missing);
                Ok(None)
            }
        }
    }

    /// The programs, built if they are not there yet; or one line that says why there is no
    /// source.
    ///
    /// # Errors
    /// The source is there and cannot be built.
    fn built(&self, root: &Root) -> Result<Result<Built, String>> {
        let directory = cache_directory()?.join("foreign").join(self.name);
        fs::create_dir_all(&directory)?;
        let lock = fs::File::create(directory.join("lock"))?;
        lock.lock()?;
        let script = workspace().join(format!("tests/foreign/{}.sh", self.name));
        let mut hasher = DefaultHasher::new();
        fs::read(&script)?.hash(&mut hasher);
        root.path().hash(&mut hasher);
        for part in self.parts {
            part.hash(&mut hasher);
        }
        let key = format!("{:016x}", hasher.finish());
        let (stamp, out) = (directory.join("key"), directory.join("out"));
        let have = fs::read_to_string(&stamp).unwrap_or_default();
        if let Some((have, version)) = have.trim_end().split_once('\n')
            && have == key
        {
            return Ok(Ok(self.placed(version.to_owned(), &out)));
        }
        let (version, archives) = match self.fetch(&directory) {
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
        let source = directory.join("source");
        let _ = fs::remove_dir_all(&source);
        for (part, archive) in self.parts.iter().zip(&archives) {
            let tree = match self.parts.len() {
                1 => source.clone(),
                _ => source.join(part.name),
            };
            match part.kind {
                Kind::Source => unpack_source(archive, &tree)?,
                Kind::Data => run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&tree))?,
            }
        }
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
            out: out.to_owned(),
        }
    }

    /// Fetches every part, and answers the version of the one with the package's name.
    fn fetch(&self, directory: &Path) -> Result<(String, Vec<PathBuf>)> {
        eprintln!("runner: fetching {} from Debian", self.name);
        let apt = Apt::set_up(directory.join("apt"))?;
        let both =
            |source: &Source| format!("{}\n{}", source.source_stanza(SUITES), source.stanza(SUITE));
        apt.find(both, |apt| apt.source_versions(self.name))?;
        let fetched = directory.join("fetched");
        let _ = fs::remove_dir_all(&fetched);
        let mut version = None;
        let mut archives = Vec::new();
        for part in self.parts {
            let to = fetched.join(part.name);
            fs::create_dir_all(&to)?;
            let (found, archive) = part.fetch(&apt, &to)?;
            if part.name == self.name {
                version = Some(found);
            }
            archives.push(archive);
        }
        let version = version.ok_or("the package is not among its parts")?;
        Ok((version, archives))
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

impl Part {
    /// Fetches the known version with its known checksum; or, where the archive has it no longer,
    /// the newest that is there, for which apt's signatures vouch.
    fn fetch(&self, apt: &Apt, to: &Path) -> Result<(String, PathBuf)> {
        let of = |version: &str| match self.kind {
            Kind::Source => apt.fetch_source(self.name, version, to),
            Kind::Data => apt.download_version(self.name, version),
        };
        let gone = match of(self.version) {
            Ok(archive) => {
                check_sha256(&archive, self.sha256)?;
                return Ok((self.version.to_owned(), archive));
            }
            Err(error) => error,
        };
        let versions = match self.kind {
            Kind::Source => apt.source_versions(self.name)?,
            Kind::Data => apt.binary_versions(self.name)?,
        };
        for version in versions.iter().filter(|version| *version != self.version) {
            if let Ok(archive) = of(version) {
                println!(
                    "runner: {} {} is no longer in the archive, taking {version}",
                    self.name, self.version
                );
                return Ok((version.clone(), archive));
            }
        }
        Err(gone)
    }
}

/// Unpacks upstream's archive, whose files are all in one directory, as `tree`.
fn unpack_source(archive: &Path, tree: &Path) -> Result<()> {
    fs::create_dir_all(tree)?;
    run(Command::new("tar")
        .args(["--strip-components=1", "-C"])
        .arg(tree)
        .arg("-xf")
        .arg(archive))
}
