//! The Hurd bed: a system in a directory tree.

use std::path::PathBuf;

/// Where the tree is: `HURD_ROOT`, or its usual place.
#[must_use]
pub fn root() -> PathBuf {
    std::env::var_os("HURD_ROOT")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            let home = std::env::var_os("HOME")
                .map(PathBuf::from)
                .unwrap_or_default();
            home.join(".cache/hurd-root")
        })
}

/// The tree, if it holds a Hurd.
///
/// # Errors
/// One line that says what is missing.
pub fn find() -> Result<PathBuf, String> {
    let root = root();
    if root.join("hurd").is_dir() {
        return Ok(root);
    }
    Err(format!(
        "the Hurd bed: {} has no hurd/ directory (set HURD_ROOT)",
        root.display()
    ))
}
