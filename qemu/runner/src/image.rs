// SPDX-License-Identifier: GPL-2.0-or-later
//! The disc that GRUB boots: kernel, boot modules, and the file that names them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::packages::run;

/// A file that GRUB loads beside the kernel, and the words after its name.
#[derive(Debug, Clone)]
pub struct Module {
    file: PathBuf,
    name: String,
    words: Vec<String>,
}

impl Module {
    /// A module whose program name is the file's.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let file = file.into();
        let name = file.file_name().unwrap_or_default().display().to_string();
        Self {
            file,
            name,
            words: Vec::new(),
        }
    }

    /// Another program name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A word of the module's line: an argument, in which the kernel replaces `${symbol}`, or an
    /// action such as `$(task-create)`.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Several words.
    #[must_use]
    pub fn words<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }
}

/// Writes a bootable image to `image`; `scratch` is a directory of its own.
///
/// # Errors
/// A file is missing, a word holds a quote, or grub-mkrescue fails.
pub fn write(
    image: &Path,
    scratch: &Path,
    kernel: &Path,
    kernel_arguments: &str,
    modules: &[Module],
) -> Result<()> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    fs::create_dir_all(scratch.join("boot/grub"))?;
    let place = |file: &Path, name: &str| -> Result<()> {
        let to = scratch.join("boot").join(name);
        // A ramdisk is large: a second name serves where the file system allows one.
        if fs::hard_link(file, &to).is_err() {
            fs::copy(file, &to).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        Ok(())
    };
    place(kernel, "gnumach.gz")?;
    let mut menu = format!(
        "set timeout=0\nserial --unit=0 --speed=115200\nterminal_output serial\n\
         menuentry bed {{\n  multiboot /boot/gnumach.gz console=com0 {kernel_arguments}\n"
    );
    for (index, module) in modules.iter().enumerate() {
        let name = format!("module{index}");
        place(&module.file, &name)?;
        menu.push_str(&format!("  module /boot/{name} {}", module.name));
        for word in &module.words {
            if word.contains(['\'', '\n']) {
                return Err(format!("module {}: a quote in {word}", module.name).into());
            }
            // In single quotes GRUB leaves $ to the kernel.
            menu.push_str(&format!(" '{word}'"));
        }
        menu.push('\n');
    }
    menu.push_str("}\n");
    fs::write(scratch.join("boot/grub/grub.cfg"), menu)?;
    run(Command::new("grub-mkrescue")
        .arg("-o")
        .arg(image)
        .arg(scratch))
}
