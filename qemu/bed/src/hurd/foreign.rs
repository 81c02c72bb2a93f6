//! Programs that know nothing of us, unmodified from Debian's source packages, inside the Hurd:
//! util-linux's tools and perl's functions, with our client preloaded and patched into libc.
//!
//! Each is fetched and built once; `tests/foreign` has a build script for each package.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::{build_preload, build_translator, patched_root};
use super::script::{self, Step};
use super::session::{Libc, Session};
use super::{Ended, Root};
use crate::packages::{Apt, cache_directory, output, run};
use crate::report::{Counts, Report};
use crate::{Result, workspace};

/// Where the packages are looked for; of one with several versions the newest that is really there
/// is taken.
const SUITES: &str = "unstable testing stable";

/// A source package, and the programs that its script builds.
struct Package {
    name: &'static str,
    programs: &'static [&'static str],
}

const PACKAGES: [Package; 2] = [
    Package {
        name: "util-linux",
        programs: &["ipcs", "ipcrm", "ipcmk"],
    },
    Package {
        name: "perl",
        programs: &["perl"],
    },
];

/// glibc's own test, where `glibc/build` leaves it in the patched tree.
const GLIBC_TEST: &str = "libexec/test-sysvshm";

/// Runs the suite, or notes what it lacks.
pub fn test(root: &Root, report: &mut Report) {
    println!("==> Hurd bed: foreign");
    let mut files = Vec::new();
    for package in &PACKAGES {
        match package.programs(root) {
            Ok(Ok(programs)) => files.extend(programs),
            Ok(Err(missing)) => report.skip(missing),
            Err(error) => {
                println!("{error}");
                report.add("foreign", "hurd", Counts::check(false));
                return;
            }
        }
    }
    let patched = patched_root();
    if let Ok(tree) = &patched
        && tree.join(GLIBC_TEST).exists()
    {
        files.push((tree.join(GLIBC_TEST), "/bin/test-sysvshm".to_owned()));
    }
    let preloaded = build_preload(root).map(Libc::Preload);
    for (name, libc) in [
        ("foreign, preload", preloaded),
        (
            "foreign, patched",
            patched.map(Libc::Patched).map_err(Into::into),
        ),
    ] {
        match libc {
            Ok(libc) => {
                let counts = suite(root, libc, &files).unwrap_or_else(|error| {
                    println!("{error}");
                    Counts::check(false)
                });
                report.add(name, "hurd", counts);
            }
            Err(missing) => report.skip(format!("{name}: {missing}")),
        }
    }
}

fn suite(root: &Root, libc: Libc, files: &[(PathBuf, String)]) -> Result<Counts> {
    let script = workspace().join("tests/foreign/shm.pl");
    let mut session = Session {
        translator: Some(build_translator(root)?),
        libc,
        files: files.to_vec(),
        rerun: "qemu/test foreign".to_owned(),
        ..Session::default()
    };
    session.files.push((script, "/tmp/shm.pl".to_owned()));
    let has = |name: &str| files.iter().any(|(_, to)| to.ends_with(name));
    let steps: Vec<Step> = STEPS
        .iter()
        .filter(|(program, ..)| has(program))
        .map(|(program, name, script)| Step::new(format!("{program}_{name}"), script))
        .collect();
    script::run(root, session, &steps, |it| it.ended == Ended::Exit(0))
}

/// Needed program, what holds, and the script that shows it.
const STEPS: [(&str, &str, &str); 9] = [
    (
        "ipcmk",
        "makes_what_ipcs_lists",
        "id=$(ipcmk -M 5000 -p 0640 | sed -n 's/^Shared memory id: //p')
         ipcs -m | grep -E \"^0x[0-9a-f]+ +$id +root +640 +5000 +0 *$\"",
    ),
    (
        "ipcs",
        "shows_one_segment",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -i $id | grep 'bytes=4096'
         ipcs -m -i $id | grep 'nattch=0'",
    ),
    (
        "ipcs",
        "shows_limits_owners_times_and_processes",
        "ipcmk -M 4096
         ipcs -m -l | grep 'max number of segments = 4096'
         ipcs -m -u | grep 'segments allocated [1-9]'
         ipcs -m -c | grep -w 'root'
         ipcs -m -t | grep 'Not set'
         ipcs -m -p | grep -w 'lpid'",
    ),
    (
        "ipcrm",
        "removes_by_id",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcrm -m $id
         ! ipcs -m -i $id 2>/dev/null | grep bytes=",
    ),
    (
        "ipcrm",
        "removes_by_key",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         key=$(ipcs -m | sed -n \"s/^\\(0x[0-9a-f]*\\) *$id .*/\\1/p\")
         ipcrm -M $key
         ! ipcs -m | grep \"^$key \"",
    ),
    (
        "ipcrm",
        "removes_all",
        "ipcmk -M 4096; ipcmk -M 8192
         ipcrm --all=shm
         ipcs -m -u | grep 'segments allocated 0'",
    ),
    (
        "ipcrm",
        "of_an_unknown_id_is_an_error",
        "if ipcrm -m 32700 2>/tmp/errors; then exit 1; fi
         grep 'invalid id (32700)' /tmp/errors",
    ),
    ("perl", "reads_what_it_wrote", "perl /tmp/shm.pl"),
    ("test-sysvshm", "of_glibc_passes", "test-sysvshm"),
];

impl Package {
    /// The programs and their places in the Hurd, built if they are not there yet; or one line
    /// that says why there is no source.
    ///
    /// # Errors
    /// The source is there and cannot be built.
    fn programs(&self, root: &Root) -> Result<Result<Vec<(PathBuf, String)>, String>> {
        let directory = cache_directory()?.join("foreign").join(self.name);
        fs::create_dir_all(&directory)?;
        let lock = fs::File::create(directory.join("lock"))?;
        lock.lock()?;
        let script = workspace().join(format!("tests/foreign/{}.sh", self.name));
        let mut hasher = DefaultHasher::new();
        fs::read(&script)?.hash(&mut hasher);
        root.path().hash(&mut hasher);
        let (stamp, key) = (directory.join("key"), format!("{:016x}\n", hasher.finish()));
        let out = directory.join("out");
        if fs::read_to_string(&stamp).is_ok_and(|have| have == key) {
            return Ok(Ok(self.placed(&out)));
        }
        let source = match self.fetch(&directory) {
            Ok(source) => source,
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().next_back().unwrap_or_default();
                return Ok(Err(format!(
                    "no source of {} from Debian: {why}",
                    self.name
                )));
            }
        };
        self.build(root, &directory, &script, &source, &out)?;
        fs::write(&stamp, key)?;
        Ok(Ok(self.placed(&out)))
    }

    fn placed(&self, out: &Path) -> Vec<(PathBuf, String)> {
        let place = |name: &&str| (out.join(name), format!("/bin/{name}"));
        self.programs.iter().map(place).collect()
    }

    /// Fetches the newest version there is, and unpacks it.
    fn fetch(&self, directory: &Path) -> Result<PathBuf> {
        eprintln!("bed: fetching the source of {} from Debian", self.name);
        let apt = Apt::set_up(directory.join("apt"))?;
        let known = apt.find(
            |source| source.source_stanza(SUITES),
            |apt| {
                let mut show = apt.command("apt-cache");
                output(show.args(["showsrc", "--only-source", self.name]))
            },
        )?;
        let versions = known
            .lines()
            .filter_map(|line| line.strip_prefix("Version: "));
        let fetched = directory.join("fetched");
        let mut last = None;
        // The index may name files that the mirror no longer has.
        for version in versions.rev() {
            let _ = fs::remove_dir_all(&fetched);
            fs::create_dir_all(&fetched)?;
            let mut get = apt.command("apt-get");
            get.args(["source", "--download-only", "--tar-only", "--only-source"])
                .arg(format!("{}={version}", self.name))
                .current_dir(&fetched);
            match run(&mut get) {
                Ok(()) => return self.unpack(directory, &fetched),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| "there is none".into()))
    }

    fn unpack(&self, directory: &Path, fetched: &Path) -> Result<PathBuf> {
        let archive = fs::read_dir(fetched)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                let extension = path.extension().unwrap_or_default();
                // Not a second archive of the package, nor a signature.
                path.to_string_lossy().contains(".orig.tar.") && extension != "asc"
            })
            .ok_or("apt-get source left no archive")?;
        let source = directory.join("source");
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(&source)?;
        run(Command::new("tar")
            .args(["--strip-components=1", "-C"])
            .arg(&source)
            .arg("-xf")
            .arg(&archive))?;
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
        eprintln!("bed: building {} for the Hurd", self.name);
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
