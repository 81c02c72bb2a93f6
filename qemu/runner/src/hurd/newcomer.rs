// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `newcomer`: what a user of the Hurd does who has nothing but the package and our pages,
//! from `dpkg -i` to `dpkg -P`, with the real dpkg, perl and PostgreSQL.
//!
//! The commands that the user has to be told are compared with the pages that tell them.

use std::fs;
use std::time::Duration;

use super::package::Package as Ours;
use super::postgres::{self, LIMIT, MEMORY_MIB, PREPARE};
use super::script::{self, Step};
use super::source_package::{Package, Part};
use super::{Root, Session, foreign};
use crate::boot::Echo;
use crate::suites::Run;
use crate::{Result, workspace};

/// dpkg, with the two libraries that it needs.
const DPKG: Package = Package {
    name: "dpkg",
    programs: &["dpkg.tar"],
    parts: &[
        Part::source(
            "dpkg",
            "1.23.7",
            "60fe2be72e5f0a4bb0ac7baff3b1697ebc5cfaac1885f66649521571a97440ad",
        ),
        Part::source(
            "libmd",
            "1.1.0-2",
            "1bd6aa42275313af3141c7cf2e5b964e8b1fd488025caf2f971f43b00776b332",
        ),
        Part::source(
            "xz-utils",
            "5.8.1-1+deb13u1",
            "0b54f79df85912504de0b14aec7971e3f964491af1812d83447005807513cd9e",
        ),
    ],
};

/// What a user runs in a namespace.
const MAKE: Package = Package {
    name: "make-dfsg",
    programs: &["make"],
    parts: &[Part::source(
        "make-dfsg",
        "4.4.1-3",
        "3b16b00ea1079af9f8096bbc71ff7cc00c249fc6a862003da3c42308a0adb0fe",
    )],
};

/// Where the package is put.
const DEB: &str = "/tmp/shm-hurd_0.1.0_hurd-amd64.deb";

/// dpkg and its database, which knows the packages that ours depends on. The bed has no diff and no
/// ldconfig, which this package does not need.
const DATABASE: &str = "\
tar -xf /bin/dpkg.tar --keep-directory-symlink -C /
mkdir -p /etc/alternatives /var/log /var/lib/dpkg/info /var/lib/dpkg/updates \
    /var/lib/dpkg/alternatives /var/lib/dpkg/triggers
for name in hurd-libs0.3 libc0.3; do
    echo \"Package: $name\nStatus: install ok installed\nArchitecture: hurd-amd64\"
    echo 'Maintainer: The bed <bed@bed.example>\nVersion: 2.43\nDescription: of the root\n'
done >/var/lib/dpkg/status
echo force-bad-path >/etc/dpkg/dpkg.cfg
";

/// For all steps. A user's home is made once.
const PROLOGUE: &str = "
export PATH=/opt/postgresql/bin:/usr/sbin:/sbin:$PATH LC_ALL=C
node=/servers/ipc/shm home=/home/user1000
# A script as that user, at home.
as_user() { su user1000 sh -euc \"export PATH=$PATH HOME=$home; cd; $1\"; }
# A command succeeds, and this is in what it says.
says() {
    wanted=$1; shift
    text=$(\"$@\" 2>&1) || { echo \"$text\"; return 1; }
    case $text in *\"$wanted\"*) ;; *) echo \"$text\"; return 1 ;; esac
}
# Waits until the command succeeds, at most a minute.
until_holds() {
    end=$(($(date +%s) + 60))
    until \"$@\" >/dev/null 2>&1; do
        [ \"$(date +%s)\" -lt $end ] || { echo \"never held: $*\"; return 1; }
        sleep 1
    done
}
segment_of() { lsipc -m -r --noheadings -o NATTCH,ID,OWNER | sed -n \"s/^$1 \\([0-9]*\\) $2\\$/\\1/p\"; }";

/// What a user does.
struct Deed {
    /// What holds afterwards.
    name: &'static str,
    /// The pages that say commands of the script, and these commands.
    said: &'static [(&'static str, &'static str)],
    script: &'static str,
}

const DEEDS: [Deed; 13] = [
    Deed {
        name: "dpkg_installs_the_package_and_the_node_is_set",
        said: &[("README.md", "dpkg -i shm-hurd_0.1.0_hurd-amd64.deb")],
        script: "
            mkdir -p /home/user1000; chown user1000 /home/user1000
            [ ! -e /servers/ipc ]; cd /tmp
            says 'LD_PRELOAD=libshm-hurd.so PROGRAM' dpkg -i shm-hurd_0.1.0_hurd-amd64.deb
            [ \"$(showtrans $node)\" = /hurd/shm ]",
    },
    Deed {
        name: "the_tools_work_at_once",
        said: &[
            ("README.md", "ipcmk -M 1048576 -p 640"),
            ("README.md", "ipcs -m"),
        ],
        script: "
            says 'Shared memory id: 1' ipcmk -M 1048576 -p 640
            ipcs -m | grep -E '^0x[0-9a-f]+ 1 +root +640 +1048576 +0'
            ipcrm -m 1; [ -z \"$(lsipc -m --noheadings)\" ]",
    },
    Deed {
        name: "a_program_uses_the_server_by_ld_preload_and_files_without",
        said: &[
            ("README.md", "LD_PRELOAD=libshm-hurd.so"),
            ("README.md", "SHM_HURD_DEBUG=1"),
        ],
        script: "
            export SHM_HURD_DEBUG=1
            LD_PRELOAD=libshm-hurd.so perl /tmp/shm.pl 2>/tmp/said
            grep 'those of the server on /servers/ipc/shm' /tmp/said
            as_user 'LD_PRELOAD=libshm-hurd.so perl /tmp/shm.pl'
            if perl /tmp/shm.pl 2>/tmp/said; then echo 'libc is as good'; exit 1; fi
            if grep 'server on' /tmp/said; then exit 1; fi
            rm -f /dev/shm/sysvshm-*",
    },
    Deed {
        name: "all_programs_get_the_library_or_the_user_learns_why_not",
        said: &[
            ("README.md", "shm-hurd-preload enable"),
            ("doc/shm-hurd-preload.8", "LD_PRELOAD=libshm-hurd.so"),
        ],
        script: "
            if shm-hurd-preload enable 2>/tmp/why; then
                perl /tmp/shm.pl; shm-hurd-preload disable
            else
                grep 'LD_PRELOAD=libshm-hurd.so in the environment' /tmp/why
                env LD_PRELOAD=libshm-hurd.so su user1000 perl /tmp/shm.pl
            fi
            [ ! -e /etc/ld.so.preload ]",
    },
    Deed {
        name: "postgresql_makes_a_cluster_starts_and_answers",
        said: &[("doc/known-to-work.md", "shared_memory_type=sysv")],
        script: "
            tar -xf /bin/postgresql.tar -C /
            as_user 'export LD_PRELOAD=libshm-hurd.so
                initdb -D data -A trust -N --no-locale -c shared_memory_type=sysv \
                    -c dynamic_shared_memory_type=sysv -c listen_addresses= -c fsync=off \
                    -c unix_socket_directories=/tmp -c max_connections=20 \
                    -c deadlock_timeout=1h --wal-segsize=1 </dev/null
                pg_ctl -D data -l log -w -t 100 start </dev/null'
            [ \"$(as_user 'psql -h /tmp -d postgres -Atc \"select 6 * 7\"')\" = 42 ]
            ipcs -m | grep -E '^0x[0-9a-f]+ +[0-9]+ +user1000 +600 '",
    },
    Deed {
        name: "a_segments_holders_are_told",
        said: &[("README.md", "lsipc -m -i ID")],
        script: "
            ID=$(lsipc -m -r --noheadings -o OWNER,SIZE,ID | sed -n 's/^user1000 [0-9.]*M //p' | head -n 1)
            lsipc -m -i $ID | sed -n '/^Attached by:/,$p' >/tmp/holders
            grep -E '^ *[0-9]+ user1000 +0x[0-9a-f]+ rw- +/opt/postgresql/bin/postgres -D data' /tmp/holders
            as_user \"lsipc -m -i $ID\" | grep -E 'postgres: checkpointer'",
    },
    Deed {
        name: "a_leaked_segment_is_found_and_removed",
        said: &[
            ("doc/shm.8", "lsipc -m -r -o NATTCH,ID,SIZE,CPID,LPID"),
            ("doc/shm.8", "ipcrm -m ID"),
        ],
        script: "
            # The server dies by a signal that it cannot catch: its segments stay, attached nowhere.
            kill -9 $(head -n 1 $home/data/postmaster.pid)
            leaked() { [ -n \"$(segment_of 0 user1000)\" ]; }
            until_holds leaked
            lsipc -m -r -o NATTCH,ID,SIZE,CPID,LPID
            sweep() {
                for ID in $(segment_of 0 user1000); do as_user \"ipcrm -m $ID\"; done
                [ -z \"$(lsipc -m --noheadings)\" ]
            }
            until_holds sweep",
    },
    Deed {
        name: "postgresql_starts_after_the_crash_and_stops",
        said: &[],
        script: "
            as_user 'export LD_PRELOAD=libshm-hurd.so
                pg_ctl -D data -l log -w -t 100 start </dev/null
                psql -h /tmp -d postgres -Atc \"select 6 * 7\" | grep -x 42
                pg_ctl -D data -m fast -w -t 100 stop </dev/null'
            [ -z \"$(lsipc -m --noheadings)\" ]",
    },
    Deed {
        name: "limits_are_seen_changed_and_named_by_a_refusal",
        said: &[
            ("doc/shm.8", "fsysopts NODE --shmmni="),
            ("doc/shm.8", "settrans -k /servers/ipc/shm $(fsysopts /servers/ipc/shm)"),
        ],
        script: "
            says --shmmni=4096 fsysopts /servers/ipc/shm
            fsysopts $node --shmmni=2; says 'segments = 2' ipcs -lm
            ipcmk -M 1; ipcmk -M 1
            if SHM_HURD_DEBUG=1 ipcmk -M 1 2>/tmp/why; then exit 1; fi
            grep -i shmmni /tmp/why
            settrans -k /servers/ipc/shm $(fsysopts /servers/ipc/shm)
            says --shmmni=2 showtrans $node
            ipcrm -a; settrans -k $node; settrans -k $node /hurd/shm; settrans -ag $node
            says --shmmni=4096 fsysopts $node",
    },
    Deed {
        name: "a_user_has_a_server_of_their_own_for_make_check",
        said: &[
            ("doc/shm.8", "settrans -ac $HOME/shm /hurd/shm"),
            ("doc/shm.8", "remap /servers/ipc/shm $HOME/shm -- make check"),
            ("doc/shm.8", "settrans -ag $HOME/shm"),
        ],
        script: "
            ipcmk -M 1
            mkdir -p $home/apr/data; cp /bin/testshmproducer /bin/testshmconsumer $home/apr
            printf 'check:\\n\\tperl /tmp/shm.pl\\n\\ttestall -v testshm\\n' >$home/apr/Makefile
            printf '\\tipcmk -M 4096; ipcs -m; ipcrm -a; echo checked\\n' >>$home/apr/Makefile
            chown -R user1000 $home/apr
            as_user 'cd apr
                settrans -ac $HOME/shm /hurd/shm
                export LD_PRELOAD=libshm-hurd.so
                remap /servers/ipc/shm $HOME/shm -- make check >seen || true
                unset LD_PRELOAD; settrans -ag $HOME/shm'
            cat $home/apr/seen; grep -x checked $home/apr/seen
            grep -E '^0x[0-9a-f]+ [0-9]+ +user1000 +644 +4096 +0' $home/apr/seen
            [ $(grep -c ^0x $home/apr/seen) = 1 ]; [ $(lsipc -m --noheadings | wc -l) = 1 ]
            ipcrm -a",
    },
    Deed {
        name: "an_upgrade_leaves_segments_alone",
        said: &[],
        script: "
            LD_PRELOAD=libshm-hurd.so perl -e '
                $id = shmget(77, 4096, 01600); shmwrite($id, \"still here\", 0, 10) or die'
            cd /tmp; says 'the old version goes on' dpkg -i shm-hurd_0.1.0_hurd-amd64.deb
            LD_PRELOAD=libshm-hurd.so perl -e '
                shmread(shmget(77, 0, 0), $text, 0, 10) or die; print $text' | grep 'still here'
            ipcrm -M 77; settrans -ag /servers/ipc/shm; [ -z \"$(lsipc -m --noheadings)\" ]",
    },
    Deed {
        name: "purge_leaves_nothing",
        said: &[("README.md", "dpkg -P shm-hurd")],
        script: "
            dpkg -P shm-hurd
            [ ! -e /servers/ipc ]; [ ! -e /usr/bin/ipcs ]; [ ! -e /hurd/shm ]
            for name in /usr/lib /lib/x86_64-gnu /usr/share/man/man8 /var/lib/dpkg/info; do
                if ls $name 2>/dev/null | grep shm; then exit 1; fi
            done",
    },
    Deed {
        name: "programs_have_libcs_files_again",
        said: &[],
        script: "
            perl -e '$id = shmget(77, 4096, 01600); shmwrite($id, \"a file\", 0, 6) or die;
                shmread($id, $text, 0, 6) or die; print $text' | grep 'a file'
            ls /dev/shm | grep sysvshm; rm -f /dev/shm/sysvshm-*
            as_user 'pg_ctl -D data -l log -w -t 100 start </dev/null
                psql -h /tmp -d postgres -Atc \"select 6 * 7\" | grep -x 42
                ls /dev/shm | grep sysvshm
                pg_ctl -D data -m fast -w -t 100 stop </dev/null'",
    },
];

/// The suite. What it lacks is noted.
///
/// # Errors
/// The package cannot be built, or the system does not come up.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let deb = Ours::build(root)?;
    let mut files = vec![
        (deb.file().to_owned(), DEB.to_owned()),
        (
            workspace().join("tests/foreign/shm.pl"),
            "/tmp/shm.pl".to_owned(),
        ),
    ];
    for package in [
        &DPKG,
        &MAKE,
        &foreign::PERL,
        &foreign::APR,
        &postgres::PACKAGE,
    ] {
        let Some(built) = package.ready(root, run)? else {
            return Ok(());
        };
        let needed = |(_, to): &(_, String)| !to.ends_with("regress.tar");
        files.extend(built.files.into_iter().filter(needed));
    }
    let session = Session {
        files,
        prepare: format!("{PREPARE}{DATABASE}"),
        one_boot: true,
        memory_mib: MEMORY_MIB,
        disk_mib: 120,
        console: run.echo != Echo::Nothing,
        rerun: run.rerun(),
        ..Session::default()
    };
    let steps: Vec<Step> = DEEDS
        .iter()
        .map(|deed| {
            let limit = match deed.script.contains("pg_ctl") {
                true => LIMIT,
                false => Duration::from_secs(120),
            };
            Step::new(deed.name, &format!("{PROLOGUE}\n{}", deed.script)).within(limit)
        })
        .collect();
    let (outcomes, repeats) = postgres::boots(root, &session, &steps)?;
    let mut counts = script::count(&outcomes);
    for complaint in unsaid()? {
        println!("{complaint}");
        counts.add(&complaint, false);
    }
    // Without the package the others did not run.
    counts.add_not_run(steps.len() - outcomes.len());
    run.note(format!("newcomer: boots repeated: {repeats}"));
    run.add(counts);
    Ok(())
}

/// Commands that no page says, or that a script does not do.
fn unsaid() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for deed in &DEEDS {
        let done = deed.script.replace("$node", "NODE").replace("$ID", "ID");
        for (page, words) in deed.said {
            if !fs::read_to_string(workspace().join(page))?.contains(words) {
                found.push(format!("{page} does not say `{words}`"));
            }
            if !done.contains(words) {
                found.push(format!("{} does not do `{words}`", deed.name));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_say_what_the_user_types() {
        assert_eq!(unsaid().unwrap(), Vec::<String>::new());
    }
}
