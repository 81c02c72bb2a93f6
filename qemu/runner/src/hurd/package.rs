// SPDX-License-Identifier: GPL-2.0-or-later
//! The Debian package: what is in it, and its life in a Hurd from installation to purge.
//!
//! The bed has no dpkg. Files are put where it would put them, and the package's own scripts are
//! run with the words that it would give them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::options::build_segment;
use super::script::{self, Step};
use super::{Root, Session};
use crate::packages::{self, output};
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

/// Every file and link, with its mode and owner.
const CONTENTS: [&str; 32] = [
    "-rwxr-xr-x root/root ./hurd/shm",
    "-rwxr-xr-x root/root ./hurd/shmfs",
    "-rw-r--r-- root/root ./usr/include/x86_64-gnu/hurd/shm.defs",
    "-rw-r--r-- root/root ./usr/include/x86_64-gnu/hurd/shm_types.h",
    "lrwxrwxrwx root/root ./usr/lib/libshm-hurd.so -> x86_64-gnu/libshm-hurd.so",
    "lrwxrwxrwx root/root ./usr/lib/shm-hurd/ipcmk -> ipctools",
    "lrwxrwxrwx root/root ./usr/lib/shm-hurd/ipcrm -> ipctools",
    "lrwxrwxrwx root/root ./usr/lib/shm-hurd/ipcs -> ipctools",
    "-rwxr-xr-x root/root ./usr/lib/shm-hurd/ipctools",
    "lrwxrwxrwx root/root ./usr/lib/shm-hurd/lsipc -> ipctools",
    "-rw-r--r-- root/root ./usr/lib/x86_64-gnu/libshm-hurd.so",
    "-rwxr-xr-x root/root ./usr/sbin/shm-hurd-preload",
    "-rwxr-xr-x root/root ./usr/sbin/shm-restore",
    "-rwxr-xr-x root/root ./usr/sbin/shm-save",
    "-rw-r--r-- root/root ./usr/share/bash-completion/completions/ipctools",
    "-rw-r--r-- root/root ./usr/share/doc/shm-hurd/ARCHITECTURE.md.gz",
    "-rw-r--r-- root/root ./usr/share/doc/shm-hurd/README.md.gz",
    "-rw-r--r-- root/root ./usr/share/doc/shm-hurd/changelog.gz",
    "-rw-r--r-- root/root ./usr/share/doc/shm-hurd/copyright",
    "-rw-r--r-- root/root ./usr/share/doc/shm-hurd/known-to-work.md.gz",
    "-rw-r--r-- root/root ./usr/share/lintian/overrides/shm-hurd",
    "-rw-r--r-- root/root ./usr/share/man/man1/ipcmk.shm-hurd.1.gz",
    "-rw-r--r-- root/root ./usr/share/man/man1/ipcrm.shm-hurd.1.gz",
    "-rw-r--r-- root/root ./usr/share/man/man1/ipcs.shm-hurd.1.gz",
    "-rw-r--r-- root/root ./usr/share/man/man1/lsipc.shm-hurd.1.gz",
    "-rw-r--r-- root/root ./usr/share/man/man8/shm-hurd-preload.8.gz",
    "lrwxrwxrwx root/root ./usr/share/man/man8/shm-restore.8.gz -> shm-save.8.gz",
    "-rw-r--r-- root/root ./usr/share/man/man8/shm-save.8.gz",
    "-rw-r--r-- root/root ./usr/share/man/man8/shm.8.gz",
    "-rw-r--r-- root/root ./usr/share/man/man8/shmfs.8.gz",
    "-rw-r--r-- root/root ./usr/share/man/man9/shm.defs.9.gz",
    "-rw-r--r-- root/root ./usr/share/msgids/shm.msgids",
];

/// dpkg's scripts of the package.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// The package, and what dpkg-deb takes out of it.
#[derive(Debug, Clone)]
pub struct Package {
    file: PathBuf,
    directory: PathBuf,
}

impl Package {
    /// Builds it, and unpacks it beside the images; once in a run.
    ///
    /// # Errors
    /// The build fails, or lintian has something against it.
    pub fn build(root: &Root) -> Result<Self> {
        static BUILT: OnceLock<Result<Package, String>> = OnceLock::new();
        let built = BUILT.get_or_init(|| Self::make(root).map_err(|error| error.to_string()));
        Ok(built.clone()?)
    }

    fn make(root: &Root) -> Result<Self> {
        let mut command = Command::new(workspace().join("qemu/deb"));
        command
            .current_dir(workspace())
            .env("HURD_ROOT", root.path())
            .stderr(Stdio::inherit());
        let text = output(&mut command)?;
        let file = text.lines().last().map(PathBuf::from);
        let package = Self {
            file: file.ok_or("qemu/deb does not say where the package is")?,
            directory: crate::output()?.join("package"),
        };
        let _ = fs::remove_dir_all(&package.directory);
        fs::create_dir_all(&package.directory)?;
        let unpack = |option: &str, to: PathBuf| {
            packages::run(
                Command::new("dpkg-deb")
                    .arg(option)
                    .arg(&package.file)
                    .arg(to),
            )
        };
        unpack("-x", package.tree())?;
        unpack("-e", package.control())?;
        Ok(package)
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    fn control(&self) -> PathBuf {
        self.directory.join("control")
    }

    /// A system in which it is unpacked; nothing of its scripts has run.
    ///
    /// # Errors
    /// What was unpacked cannot be read.
    pub fn session(&self) -> Result<Session> {
        let mut session = Session::default();
        let mut todo = vec![self.tree()];
        while let Some(directory) = todo.pop() {
            for entry in fs::read_dir(directory)? {
                let (path, kind) = entry.and_then(|it| Ok((it.path(), it.file_type()?)))?;
                let inside = format!("/{}", path.strip_prefix(self.tree())?.display());
                if kind.is_dir() {
                    todo.push(path);
                } else if kind.is_symlink() {
                    let target = fs::read_link(path)?;
                    writeln!(session.prepare, "ln -sf {} {inside}", target.display())?;
                } else {
                    session.files.push((path, inside));
                }
            }
        }
        Ok(session)
    }
}

/// The suite `package`.
///
/// # Errors
/// The package cannot be built, or the system does not come up.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let package = Package::build(root)?;
    let mut counts = Counts::default();
    for (name, check) in CHECKS {
        let complaint = check(&package)?;
        counts.add(name, complaint.is_empty());
        match complaint.as_str() {
            "" => println!("test {name} ... ok"),
            complaint => println!("test {name} ... FAILED: {complaint}"),
        }
    }

    let user = output(Command::new("id").arg("-u"))?;
    if user.trim() == "0" {
        let complaint = image(&package)?;
        counts.add(IMAGE, complaint.is_empty());
        match complaint.as_str() {
            "" => println!("test {IMAGE} ... ok"),
            complaint => println!("test {IMAGE} ... FAILED: {complaint}"),
        }
    } else {
        run.skip(format!("package {IMAGE}: dpkg needs root"));
    }

    let mut session = package.session()?;
    session.rerun = run.rerun();
    for script in SCRIPTS {
        let to = format!("/bed/{script}");
        session.files.push((package.control().join(script), to));
    }
    let guest = workspace().join("qemu/guest");
    session.files.push((
        guest.join("update-alternatives"),
        "/usr/bin/update-alternatives".to_owned(),
    ));
    let libraries = package.tree().join("usr/lib/x86_64-gnu");
    for (name, link) in [("segment", None), ("segment-linked", Some("-lshm-hurd"))] {
        let program = package.directory.join(name);
        let mut words = vec!["-L".into(), libraries.clone().into_os_string()];
        words.extend(link.map(Into::into));
        build_segment(root, &program, &words)?;
        session.files.push((program, format!("/bed/{name}")));
    }
    let steps: Vec<Step> = LIFE
        .iter()
        .map(|(name, script)| Step::new(*name, &format!("{PROLOGUE}\n{script}")))
        .collect();
    let guest = script::run(root, session, &steps, |_| true)?;
    counts.join(guest);
    run.add(counts);
    Ok(())
}

/// What is wrong, or nothing.
type Check = fn(&Package) -> Result<String>;

const CHECKS: [(&str, Check); 5] = [
    ("it_is_for_hurd_amd64_and_needs_its_libraries", fields),
    ("it_holds_these_files_and_no_others", contents),
    ("its_programs_are_the_hurds", programs),
    ("it_names_no_path_of_this_machine", paths),
    ("its_list_of_messages_is_migs", messages),
];

fn fields(package: &Package) -> Result<String> {
    let field = |name: &str| -> Result<String> {
        let text = output(
            Command::new("dpkg-deb")
                .arg("-f")
                .arg(&package.file)
                .arg(name),
        )?;
        Ok(text.trim().to_owned())
    };
    let (architecture, depends) = (field("Architecture")?, field("Depends")?);
    let needs = ["hurd-libs0.3", "libc0.3 (>= 2."];
    let named = |need: &&str| depends.split(", ").any(|word| word.starts_with(*need));
    Ok(
        match architecture == "hurd-amd64" && needs.iter().all(named) {
            true => String::new(),
            false => format!("for {architecture}, depends on {depends}"),
        },
    )
}

fn contents(package: &Package) -> Result<String> {
    let list = output(
        Command::new("dpkg-deb")
            .arg("--contents")
            .arg(&package.file),
    )?;
    let found: BTreeSet<String> = list
        .lines()
        .filter(|line| !line.starts_with('d'))
        .map(|line| {
            // Without size and time.
            let words: Vec<&str> = line.split_whitespace().collect();
            let (who, path) = (words.get(..2), words.get(5..));
            [who.unwrap_or_default(), path.unwrap_or_default()]
                .concat()
                .join(" ")
        })
        .collect();
    let wanted: BTreeSet<String> = CONTENTS.map(str::to_owned).into();
    let differences: Vec<&String> = found.symmetric_difference(&wanted).collect();
    Ok(match differences.is_empty() {
        true => String::new(),
        false => format!("not in both lists: {differences:?}"),
    })
}

fn programs(package: &Package) -> Result<String> {
    for name in ["hurd/shm", "hurd/shmfs", "usr/lib/shm-hurd/ipctools"] {
        let file = package.tree().join(name);
        let headers = output(Command::new("readelf").args(["-lW"]).arg(&file))?;
        if !headers.contains("/lib/ld-x86-64.so.1]") {
            return Ok(format!("{name} does not ask for the Hurd's ld.so"));
        }
    }
    // It stands in front of libhurduser.
    let tools = package.tree().join("usr/lib/shm-hurd/ipctools");
    let sections = output(Command::new("readelf").arg("-dW").arg(tools))?;
    let first = sections.lines().find(|line| line.contains("(NEEDED)"));
    if first.is_none_or(|line| !line.contains("[libshm-hurd.so]")) {
        return Ok("the tools' first library is not libshm-hurd.so".to_owned());
    }
    Ok(String::new())
}

const IMAGE: &str = "dpkg_installs_upgrades_removes_and_purges_it_in_an_image";

/// dpkg and its update-alternatives themselves, on a directory as for an image of a system.
fn image(package: &Package) -> Result<String> {
    let image = package.directory.join("image");
    let _ = fs::remove_dir_all(&image);
    for directory in [
        "etc/alternatives",
        "usr/bin",
        "var/lib/dpkg/alternatives",
        "var/lib/dpkg/info",
        "var/lib/dpkg/triggers",
        "var/lib/dpkg/updates",
        "var/log",
    ] {
        fs::create_dir_all(image.join(directory))?;
    }
    fs::write(image.join("var/lib/dpkg/status"), "")?;
    let file = package.file.display().to_string();
    let dpkg = |words: &[&str]| {
        let mut root = OsString::from("--root=");
        root.push(&image);
        // The libraries and the processor are those of the Hurd.
        output(
            Command::new("dpkg")
                .arg(root)
                .args(["--force-script-chrootless", "--force-architecture"])
                .arg("--force-depends")
                .args(words),
        )
    };
    // The second time is an upgrade.
    for _ in 0..2 {
        dpkg(&["--install", &file])?;
        for tool in ["ipcs", "lsipc", "ipcrm", "ipcmk"] {
            let chosen = image.join("etc/alternatives").join(tool);
            if fs::read_link(chosen)? != Path::new("/usr/lib/shm-hurd").join(tool) {
                return Ok(format!("{tool} is not ours"));
            }
            for link in [
                format!("usr/bin/{tool}"),
                format!("usr/share/man/man1/{tool}.1.gz"),
                format!("usr/share/bash-completion/completions/{tool}"),
            ] {
                if fs::read_link(image.join(&link)).is_err() {
                    return Ok(format!("there is no {link}"));
                }
            }
        }
    }
    dpkg(&["--remove", "shm-hurd"])?;
    dpkg(&["--purge", "shm-hurd"])?;
    let left = output(
        Command::new("find")
            .arg(&image)
            .args(["-not", "-type", "d", "-not", "-path", "*/var/*"]),
    )?;
    Ok(match left.is_empty() {
        true => String::new(),
        false => format!("purging leaves {left}"),
    })
}

/// MIG itself reads shm.defs and lists the routines.
fn messages(package: &Package) -> Result<String> {
    let bed = packages::Packages::prepare()?;
    let source = package.directory.join("shm.i");
    let list = package.directory.join("shm.list");
    packages::run(
        Command::new("gcc")
            .args(["-E", "-x", "c", "-I"])
            .arg(workspace().join("defs"))
            .arg("-I")
            .arg(bed.mach_include())
            .arg(workspace().join("defs/shm.defs"))
            .arg("-o")
            .arg(&source),
    )?;
    let null = "/dev/null";
    // It reads standard input, which `packages::run` closes.
    let listed = Command::new(bed.migcom())
        .arg("-list")
        .arg(&list)
        .args(["-user", null, "-server", null, "-header", null])
        .stdin(fs::File::open(&source)?)
        .status()?;
    if !listed.success() {
        return Err(format!("{}: {listed}", bed.migcom().display()).into());
    }
    let ours = fs::read_to_string(package.tree().join("usr/share/msgids/shm.msgids"))?;
    let migs = fs::read_to_string(&list)?;
    Ok(match ours == migs && ours.contains(" sysvshm_attach ") {
        true => String::new(),
        false => format!("MIG lists\n{migs}the package has\n{ours}"),
    })
}

fn paths(package: &Package) -> Result<String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let forbidden = [workspace().display().to_string(), format!("{home}/.")];
    for (file, inside) in package.session()?.files {
        let bytes = fs::read(&file)?;
        let text = String::from_utf8_lossy(&bytes);
        let named = forbidden.iter().find(|path| text.contains(path.as_str()));
        if let Some(path) = named {
            return Ok(format!("{inside} names {path}"));
        }
    }
    Ok(String::new())
}

/// Where things are, for the scripts of [`LIFE`].
const PROLOGUE: &str = "
node=/servers/ipc/shm
preload() { LD_PRELOAD=/usr/lib/x86_64-gnu/libshm-hurd.so \"$@\"; }
record() { showtrans $node || true; }
# A command succeeds, and this is in what it says.
says() {
    wanted=$1; shift
    text=$(\"$@\" 2>&1)
    case $text in *\"$wanted\"*) ;; *) echo \"$text\"; return 1 ;; esac
}
# A command fails, and this is in what it says.
refuses() {
    wanted=$1; shift
    if text=$(\"$@\" 2>&1); then echo \"$text\"; return 1; fi
    case $text in *\"$wanted\"*) ;; *) echo \"$text\"; return 1 ;; esac
}
ids() { preload ipcs -m | sed -n 's/^0x[^ ]* *\\([0-9]*\\) .*/\\1/p'; }";

/// The package's life, in order: each script begins where the last left off.
const LIFE: [(&str, &str); 21] = [
    (
        "without_a_node_the_tools_say_what_to_do",
        "PATH=/usr/lib/shm-hurd:$PATH; export SHM_HURD_FALLBACK=none
         for line in 'ipcs -m' 'ipcs -u' 'lsipc -m' lsipc 'ipcrm -m 1' 'ipcrm -a' 'ipcmk -M 1'; do
             refuses 'there is no /servers/ipc/shm; as root: ' preload $line
             refuses \"settrans -c $node /hurd/shm\" preload $line
         done
         mkdir -p /servers/ipc; echo 'no server' >$node
         refuses \"nobody serves $node; as root: settrans -c $node /hurd/shm\" preload ipcs -m
         rm $node; rmdir /servers/ipc; export SHM_HURD_FALLBACK=files
         says \"settrans -c $node /hurd/shm\" preload ipcmk -M 1
         refuses \"settrans -c $node /hurd/shm\" preload ipcrm -m 1
         refuses \"settrans -c $node /hurd/shm\" preload ipcrm -M 0x77
         for line in 'ipcs -m' 'lsipc -m'; do
             refuses \"settrans -c $node /hurd/shm\" preload $line
         done
         rm -f /dev/shm/sysvshm-*",
    ),
    (
        "postinst_sets_the_translator",
        "[ ! -e $node ]; /bed/postinst configure ''; [ \"$(record)\" = /hurd/shm ]",
    ),
    (
        "tools_answer_to_their_names",
        "preload ipcmk -M 4096; preload ipcs -m | grep -w 4096; preload ipcrm --all=shm
         [ -z \"$(ids)\" ]
         [ \"$(preload lsipc -r --noheadings -o RESOURCE,USED | head -n 1)\" = 'SHMMNI 0' ]
         (unset LD_PRELOAD; says SHMMNI lsipc; says shmid ipcs -m)
         for tool in ipcs lsipc ipcrm ipcmk; do
             $tool --version | grep 'GNU/Hurd shm'
             grep _ipctools /usr/share/bash-completion/completions/$tool
         done",
    ),
    (
        "preloaded_programs_share_a_segment",
        "preload /bed/segment 7 'one and the same'
         [ \"$(preload /bed/segment 7)\" = 'one and the same, attached by 1' ]",
    ),
    (
        "so_do_programs_linked_with_the_library",
        "[ \"$(/bed/segment-linked 7)\" = 'one and the same, attached by 1' ]",
    ),
    (
        "the_tools_tell_who_has_a_segment_attached_and_keeps_it",
        "preload /bed/segment 9 held /bin/sh -euc '
             id=$(lsipc -mr --noheadings -o KEY,ID | sed -n \"s/^0x00000009 //p\")
             ipcs -m -i $id >/tmp/who; lsipc -m -i $id >/tmp/list; lsipc -m -i $id -J >/tmp/json
             chroot --userspec=1000:1000 / /usr/bin/ipcs -m -i $id >/tmp/other
             ipcrm -v -m $id 2>/tmp/kept'
         grep ' root 0x[0-9a-f]* rw-    /bed/segment 9 held' /tmp/who
         grep -A 2 '^Attached by:' /tmp/list | grep 'rw-    /bed/segment 9 held'
         grep '\"access\": \"rw-\"' /tmp/json; grep '\"command\": \"/bed/segment 9 held' /tmp/json
         grep 'told to its owner, its creator and root only' /tmp/other
         grep 'is kept until its last detach: attached by [0-9]* (root: /bed/segment 9' /tmp/kept
         [ -z \"$(preload lsipc -mr --noheadings -o ID,KEY | grep 0x00000009)\" ]
         [ \"$(preload ipcs -m | grep -c dest)\" = 0 ]",
    ),
    (
        "segments_are_files_under_shmfs",
        "settrans -ac /tmp/view /hurd/shmfs; head -c 16 /tmp/view/by-key/0x00000007 >/tmp/text
         [ \"$(cat /tmp/text)\" = 'one and the same' ]; [ -f /tmp/view/$(ids | head -n 1) ]
         settrans -ag /tmp/view; rm /tmp/view",
    ),
    (
        "a_chroot_takes_a_link_to_the_node",
        "jail=/tmp/jail; mkdir -p $jail/lib $jail/servers/ipc; cp /usr/lib/shm-hurd/ipctools $jail
         cp /lib/ld-x86-64.so.1 /lib/libc.so.0.3 /lib/libhurduser.so.0.3 /lib/libmachuser.so.1 \\
             /usr/lib/x86_64-gnu/libshm-hurd.so $jail/lib
         inside() { LD_PRELOAD=/lib/libshm-hurd.so chroot $jail /ipctools \"$@\"; }
         refuses 'there is no /servers/ipc/shm' inside ipcs -m
         settrans -c $jail$node /hurd/firmlink $node
         inside ipcs -m | grep 0x00000007; inside ipcmk -M 4096; inside ipcs -m | grep -w 644
         inside ipcrm -m $(inside lsipc -mr --noheadings -o SIZE,PERMS,ID | sed -n 's/4K rw-r--r-- //p')
         settrans -fg $jail$node; settrans -c $jail/servers /hurd/firmlink /servers
         inside ipcs -m | grep 0x00000007; settrans -fg $jail/servers; rm -rf $jail",
    ),
    (
        "a_user_has_a_namespace_of_their_own",
        "mkdir /tmp/own; chown 1000:1000 /tmp/own; cd /tmp/own
         as_user() { chroot --userspec=1000:1000 / /bin/sh -euc \"$1\"; }
         export LD_PRELOAD=; remapped='export LD_PRELOAD=/usr/lib/x86_64-gnu/libshm-hurd.so;'
         as_user \"settrans -ac /tmp/own/shm /hurd/shm --shmmni=5
             remap $node /tmp/own/shm -- /bin/sh -euc '$remapped
                 test -z \\\"\\$(lsipc -m)\\\"; /bed/segment 7 mine; /bed/segment 7
                 lsipc -r --noheadings -o LIMIT | head -n 1; ipcs -m' >/tmp/own/output || :\"
         grep 'mine, attached by 1' output; grep -x 5 output; grep '0x00000007.*user1000' output
         preload /bed/segment 7 | grep 'one and the same'
         remap $node /tmp/own/shm -- /bin/sh -c \"$remapped
             /bed/segment 8 roots; ipcs -m >/tmp/own/output; /bed/segment 8 >>/tmp/own/output\" || :
         grep '0x00000008.*root ' output; grep 'roots, attached by 1' output
         LD_PRELOAD= refuses busy settrans -ag /tmp/own/shm
         as_user 'settrans -afg /tmp/own/shm'; rm -r /tmp/own",
    ),
    (
        "rpctrace_names_the_messages",
        "library=/usr/lib/x86_64-gnu/libshm-hurd.so
         trace=$(rpctrace -E LD_PRELOAD=$library /bed/segment 7 traced 2>&1 | grep sysv)
         for name in get attach detach; do echo \"$trace\" | grep \"sysvshm_$name (\"; done
         preload /bed/segment 7 | grep 'traced, attached by 1'
         preload /bed/segment 7 'one and the same'",
    ),
    (
        "options_are_kept_by_settrans",
        "fsysopts $node --shmmni=77 --shmmax=1G; settrans -k $node $(fsysopts $node)
         case $(record) in /hurd/shm*--shmmax=1073741824*--shmmni=77*) ;; *) record; exit 1 ;; esac
         preload /bed/segment 7 | grep 'one and the same'
         settrans -k $node; settrans -k $node /hurd/shm; [ \"$(record)\" = /hurd/shm ]",
    ),
    (
        "upgrade_leaves_a_server_with_segments_alone",
        "before=$(ids); /bed/prerm upgrade 0.2; /bed/postrm upgrade 0.2
         says 'the old version goes on' /bed/postinst configure 0.1
         [ -n \"$before\" ]; [ \"$(ids)\" = \"$before\" ]; [ \"$(record)\" = /hurd/shm ]
         preload /bed/segment 7 | grep 'one and the same'",
    ),
    (
        "upgrade_replaces_a_server_without_segments_and_keeps_its_options",
        "preload ipcrm --all=shm
         settrans -gc $node /hurd/shm --shmmni=7; preload ipcs -lm
         fsysopts $node --shmmni=9
         says 'they were: /hurd/shm ' /bed/postinst configure 0.1
         [ \"$(record)\" = '/hurd/shm --shmmni=7' ]; fsysopts $node | grep -e --shmmni=7",
    ),
    (
        "postinst_twice_is_postinst_once",
        "/bed/postinst configure ''; /bed/postinst configure ''
         [ \"$(record)\" = '/hurd/shm --shmmni=7' ]",
    ),
    (
        "removal_with_segments_warns_and_takes_none_away",
        "preload /bed/segment 8 'still here'; says 'the server goes on' /bed/prerm remove
         [ -z \"$(record)\" ]; [ ! -e /usr/bin/ipcs ]; preload /bed/segment 8 | grep 'still here'",
    ),
    (
        "purge_leaves_a_server_that_is_needed",
        "/bed/postrm remove; says stays /bed/postrm purge
         preload /bed/segment 8 | grep 'still here'",
    ),
    (
        "an_installation_takes_up_with_that_server",
        "/bed/postinst configure ''; [ \"$(record)\" = /hurd/shm ]
         preload /bed/segment 8 | grep 'still here'",
    ),
    (
        "removal_without_segments_ends_the_server",
        "preload ipcrm --all=shm; /bed/prerm remove
         [ -z \"$(record)\" ]; [ -f $node ]; [ ! -s $node ]; [ ! -e /usr/bin/ipcs ]",
    ),
    (
        "purge_removes_the_node_and_its_directory",
        "/bed/postrm remove; /bed/postrm purge; [ ! -e /servers/ipc ]; /bed/postrm purge",
    ),
    (
        "another_translator_is_nobodys_business",
        "mkdir /servers/ipc; settrans -c $node /hurd/hello
         says 'stays there' /bed/postinst configure ''; [ \"$(record)\" = /hurd/hello ]
         /bed/prerm remove; [ \"$(record)\" = /hurd/hello ]
         says stays /bed/postrm purge; [ \"$(cat $node)\" = 'Hello, world!' ]
         settrans -g $node; rm $node",
    ),
    (
        "a_file_under_a_tools_name_is_nobodys_business",
        "echo theirs >/usr/bin/ipcs; /bed/postinst configure ''; grep theirs /usr/bin/ipcs
         preload /usr/lib/shm-hurd/ipcs -m; /bed/prerm remove; grep theirs /usr/bin/ipcs",
    ),
];
