//! Finding plugins without running any of their code.
//!
//! Start at [`scan`], which looks through the folders of [`search_path`] for `NAME/takens-plugin.toml`.
//! What is found is a [`PluginFile`]; what is not as it should be is a [`Problem`], and the rest is
//! found nevertheless. What a manifest holds is in `manifest`.

mod manifest;
mod scan;

pub use manifest::{Kind, Manifest, ManifestError, ManifestMethod, ProcessSpec, Runner, target};
pub use scan::{MANIFEST, PluginFile, Problem, Scan, scan, search_path};
