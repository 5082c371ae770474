//! The layouts that are recognised by themselves: one file each, and one word in the list below.

use super::prefix::Prefix;
use super::profile::Profile;

/// A layout that recognises its exports.
pub trait Format: Sync {
    /// Its name, as `-p` takes it and reports show it.
    fn name(&self) -> &'static str;
    /// The profile of this export, if it has this layout, with how sure that is (0 to 100).
    fn recognise(&self, prefix: &Prefix) -> Option<(Profile, u8)>;
}

macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All layouts, the most particular first.
        pub static FORMATS: &[&dyn Format] = &[$(&$module::Layout),*];
    };
}
formats! {
    asterisk, asterisk_custom, asterisk_table, freepbx, pbxware, issabel, grandstream, yeastar,
    freeswitch, freeswitch_json, fusionpbx, cdr_stats,
    vicidial, vicidial_log,
    cucm, threecx, avaya_ipoffice, avaya_cm,
    twilio, amazon_connect, ringcentral, teams, teams_direct, zoom_phone, five9, telnyx, vonage, bandwidth, sinch, plivo, aircall, webex, didww,
    ivozprovider, cgrates, sip_acc, newfies,
    aliyun_ccc, aliyun_axb, aliyun_voice, aliyun_robot, aliyun_outboundbot, tencent_ccc, huawei_axb, volcengine, voice_cn, ucloud, dustess, robot_callback,
    voice_agent, voicebot, subscriber,
    generic,
}

/// What an export was taken for.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The profile of the layout that is surest.
    pub profile: Profile,
    /// How sure it is (0 to 100).
    pub confidence: u8,
    /// The next one by name, and how sure that is.
    pub runner_up: Option<(&'static str, u8)>,
}

/// The layout that is surest of an export, and the next one.
pub fn recognise(prefix: &Prefix) -> Option<Recognised> {
    let mut found: Vec<(&'static str, Profile, u8)> = FORMATS.iter().filter_map(|f| f.recognise(prefix).map(|(p, sure)| (f.name(), p, sure))).collect();
    // Stable: of equals the first in the list.
    found.sort_by_key(|f| std::cmp::Reverse(f.2));
    let mut found = found.into_iter();
    let (_, profile, confidence) = found.next()?;
    Some(Recognised { profile, confidence, runner_up: found.next().map(|f| (f.0, f.2)) })
}

pub use super::words::meaning;
pub use generic::{meaning_of_header, starter};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_each_file_is_registered() {
        let names: std::collections::BTreeSet<_> = FORMATS.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), FORMATS.len());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/input/formats");
        let files = std::fs::read_dir(folder).unwrap().filter(|f| f.as_ref().unwrap().file_name() != "mod.rs").count();
        assert_eq!(files, FORMATS.len());
    }
}
