// SPDX-License-Identifier: GPL-2.0-or-later
//! Paging space for a boot: a ramdisk with the signature that `mkswap` would write.

use std::fmt::Write as _;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::image::Module;
use crate::packages::{cache_directory, run};

/// Where the guest's `ballast` goes.
pub(super) const BALLAST: &str = "/bed/ballast";

/// Bytes of a page, of memory and of paging space.
const PAGE: u64 = 4096;
/// The most that the kernel's own map has room for, beside the root's ramdisk.
const MOST_MIB: u32 = 384;
/// How much memory a ramdisk needs at its creation, in its own sizes.
const COPIES: u32 = 3;
/// Memory that the kernel needs to come up beside modules and ramdisks.
const KERNEL_MIB: u32 = 96;

/// Paging space of a boot.
///
/// While the kernel boots, it keeps room for [`COPIES`] copies of a ramdisk: GRUB loaded one, and
/// the kernel makes another. So the machine gets memory for all, and afterwards the guest's
/// `ballast` takes away the surplus.
#[derive(Debug)]
pub(super) struct Paging {
    swap_mib: u32,
    machine_mib: u32,
    ballast_mib: u32,
}

impl Paging {
    /// That of a machine with `memory_mib` of memory and `swap_mib` of paging space, `None` if
    /// that is 0. The root's file system is in `root_image`.
    ///
    /// # Errors
    /// The kernel has no room for so much.
    pub fn new(memory_mib: u32, swap_mib: u32, root_image: &Path) -> Result<Option<Self>> {
        if swap_mib == 0 {
            return Ok(None);
        }
        if swap_mib > MOST_MIB {
            return Err(format!(
                "{swap_mib} MiB of paging space: the kernel has room for {MOST_MIB} MiB"
            )
            .into());
        }
        let root_mib = u32::try_from(fs::metadata(root_image)?.len().div_ceil(1 << 20))?;
        let wanted = memory_mib + swap_mib;
        let machine_mib = wanted.max(COPIES * (swap_mib + root_mib) + KERNEL_MIB);
        Ok(Some(Self {
            swap_mib,
            machine_mib,
            ballast_mib: machine_mib - wanted,
        }))
    }

    /// Memory of the machine that QEMU makes.
    pub fn machine_mib(&self) -> u32 {
        self.machine_mib
    }

    /// The shell's commands that take the surplus away, and give the default pager the ramdisk.
    /// `/hurd/mach-defpager` runs.
    pub fn prepare(&self) -> String {
        let mut commands = String::new();
        if self.ballast_mib > 0 {
            let mib = self.ballast_mib;
            let _ = writeln!(commands, "{BALLAST} {mib} || echo 'bed: no ballast'");
        }
        commands.push_str(
            "settrans -c /dev/rd1 /hurd/storeio rd1 || echo 'bed: no /dev/rd1'\n\
             swapon --quiet /dev/rd1 || echo 'bed: no paging space'\n",
        );
        commands
    }

    /// The ramdisk's boot module, the kernel's second: `rd1`. Its file is made once and kept,
    /// compressed: GRUB expands it.
    ///
    /// # Errors
    /// The cache cannot be written, or gzip fails.
    pub fn module(&self) -> Result<Module> {
        let directory = cache_directory()?.join("swap");
        fs::create_dir_all(&directory)?;
        let lock = fs::File::create(directory.join("lock"))?;
        lock.lock()?;
        let packed = directory.join(format!("{}.gz", self.swap_mib));
        if !packed.exists() {
            let plain = directory.join("new");
            write_image(&plain, u64::from(self.swap_mib) << 20)?;
            run(Command::new("gzip").args(["-n", "-f", "-6"]).arg(&plain))?;
            fs::rename(plain.with_extension("gz"), &packed)?;
        }
        Ok(Module::new(packed).named("rd1").word("$(ramdisk-create)"))
    }
}

/// Writes the file that `mkswap` would: version 1, and no bad pages.
fn write_image(path: &Path, bytes: u64) -> Result<()> {
    let mut file = fs::File::create(path)?;
    file.set_len(bytes)?;
    let last_page = u32::try_from(bytes / PAGE - 1)?;
    file.seek(SeekFrom::Start(1024))?;
    for field in [1, last_page, 0] {
        file.write_all(&u32::to_le_bytes(field))?;
    }
    file.seek(SeekFrom::Start(PAGE - 10))?;
    file.write_all(b"SWAPSPACE2")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surplus_of_the_machine_is_ballast() {
        let root = std::env::temp_dir().join(format!("bed-paging-test-{}", std::process::id()));
        let file = fs::File::create(&root).unwrap();
        file.set_len(20 << 20).unwrap();
        let paging = |memory, swap| Paging::new(memory, swap, &root);
        let small = paging(200, 100).unwrap().unwrap();
        assert_eq!(small.machine_mib, 3 * 120 + KERNEL_MIB);
        assert_eq!(small.machine_mib - small.ballast_mib, 300);
        assert!(small.prepare().starts_with("/bed/ballast 156 "));
        let large = paging(2048, 100).unwrap().unwrap();
        assert_eq!((large.machine_mib, large.ballast_mib), (2148, 0));
        assert!(!large.prepare().contains("ballast"));
        assert!(paging(1024, 0).unwrap().is_none());
        assert!(paging(1024, MOST_MIB + 1).is_err());
        fs::remove_file(root).unwrap();
    }

    #[test]
    fn signature_names_the_last_page() {
        let path = std::env::temp_dir().join(format!("bed-swap-test-{}", std::process::id()));
        write_image(&path, 1 << 20).unwrap();
        let image = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(image.len(), 1 << 20);
        assert_eq!(image[1024..1036], [1, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(image[4086..4096], *b"SWAPSPACE2");
    }
}
