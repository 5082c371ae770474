//! Files that lie beside call logs and are none: recognised by their columns and refused by name, so that nobody takes silence for a clean log. One file each,
//! and one word in the list below.

use super::layout::name_of;
use super::prefix::Prefix;

/// A sort of file that is no call log.
pub trait Refusal: Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What it is, and what to give instead.
    fn sentence(&self) -> &'static str;
    /// Is this file one?
    fn is(&self, prefix: &Prefix) -> bool;
}

macro_rules! refused {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All sorts.
        pub static REFUSED: &[&dyn Refusal] = &[$(&$module::Stranger),*];
    };
}
refused! {
    cel, cmr, queue_log, agent_log, recordings, messages, transcripts, complaints, bindings, statuses, predictive_sessions,
    contacts, zone_map, numbers_list, avaya_unformatted, mitel,
}

/// Why this file is no call log, if it is known to be none.
pub fn refuse(prefix: &Prefix) -> Option<&'static str> {
    REFUSED.iter().find(|r| r.is(prefix)).map(|r| r.sentence())
}

/// The cells of the first row as names are compared; of `Response.SessionList` the last part too.
fn heads(prefix: &Prefix) -> Vec<String> {
    let cells = prefix.rows.first().map(Vec::as_slice).unwrap_or_default();
    let last = |c: &String| c.rsplit_once('.').filter(|(path, _)| !path.contains(' ')).map(|(_, name)| name_of(name));
    cells.iter().map(|c| name_of(c)).chain(cells.iter().filter_map(last)).collect()
}

/// Does the first row name all these columns?
fn names(prefix: &Prefix, needs: &[&str]) -> bool {
    let heads = heads(prefix);
    needs.iter().all(|n| heads.contains(&name_of(n)))
}

/// Does the first row name any of these columns?
fn any(prefix: &Prefix, words: &[&str]) -> bool {
    let heads = heads(prefix);
    words.iter().any(|n| heads.contains(&name_of(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        let prefix = Prefix::look(text.as_bytes(), None).unwrap();
        REFUSED.iter().find(|r| r.is(&prefix)).map(|r| r.name())
    }

    #[test]
    fn what_is_no_call_log_is_known_by_its_columns() {
        let cel = "\"CHAN_START\",\"1795010400.1\",\"\",\"\",\"\",\"\",\"\",\"s\",\"default\",\"SIP/1\",\"\",\"\",\"3\",\"\",\"1795010400.1\",\"1795010400.1\",\"\",\"\",\"\",\"\"\n";
        for (text, want) in [
            (cel, "asterisk-cel"),
            ("\"cdrRecordType\",\"globalCallID_callId\",\"numberPacketsSent\"\nINTEGER,INTEGER,INTEGER\n", "cucm-cmr"),
            ("time,callid,queuename,agent,event,data\n2026-11-18,1795010400.1,sales,a1,ENTERQUEUE,\n", "asterisk-queue-log"),
            ("1795010400|1795010400.1|sales|NONE|ENTERQUEUE||13800130001|1\n1795010420|1795010400.1|sales|a1|CONNECT|20\n", "asterisk-queue-log"),
            ("name,phone,sector\nAnn,13800130001,x\n", "contacts"),
            ("13800130001|Ann|Lee|ann@example.com|Paris\n13800130002|Bo|Ma|bo@example.com|Rome\n", "contacts"),
            ("status,status_name,human_answered,customer_contact\nNA,No Answer,N,N\n", "statuses"),
            ("code,meaning_zh\n8101,被叫无应答\n", "statuses"),
            ("# map\n\n1|America/Adak&America/Boise\n1201|America/New_York\n86|Asia/Shanghai\n", "zone-map"),
            ("Response.TotalCount,Response.SessionList,Response.RequestId\n2,a5be1044;22c3e170,3c14\n", "predictive-sessions"),
            ("sid,from,to,body,date_sent,num_segments\nSM1,+12125550101,+12125550102,hi,2026-11-18T09:00:00Z,1\n", "messages"),
            ("手机号码,短信内容,发送时间,状态\n13800130001,您好,2026-11-18 09:00:00,成功\n", "messages"),
            ("x,a,b,from,to,binding_id\n17000000001,13900000001,13800000001,2026-10-01 08:00:00,2026-10-01 09:00:00,b1\n", "bindings"),
            ("PhoneNoA,PhoneNoX,PhoneNoB,Expiration,SubsId\n13900000001,17000000001,13800000001,2026-10-01 08:00:00,1\n", "bindings"),
            ("CallId,Speaker,Timestamp,Script\nc1,Robot,1795010400000,您好\n", "transcripts"),
            ("坐席工号,坐席姓名,签入时间,签出时间\n1001,甲,2026-11-18 09:00:00,2026-11-18 18:00:00\n", "agent-log"),
            ("recording_id,filename,lead_id\n1,a.wav,7\n", "recordings"),
            ("Company_Phone_Number,Created_Date,Violation_Date\n2125550101,2026-05-14 00:00:13,2026-05-13 16:19:00\n", "complaints"),
            ("# blocked\n0041227001234;spam\n0800123456;\n", "numbers-list"),
            ("2125550101\n2125550102\n", "numbers-list"),
            (
                " 10/05 09:30  0000:01:23 1001        0005 912125550101                              A  T5\n-10/05 09:41  0000:06:00 1002        0003 912125550102                              A  T5\n",
                "mitel-smdr",
            ),
            (
                " 1430 0123 9 0009 0009 12125550101    13125550102              1205\n 1431 0000 7 0009 0009 1205           13125550103\n",
                "avaya-cm-unformatted",
            ),
        ] {
            assert_eq!(name(text), Some(want), "{text}");
        }
    }

    #[test]
    fn call_logs_are_none_of_them() {
        for text in [
            "start,callee\n2026-11-18 09:00:00,13800130001\n",
            "callee,start\n13800130001,2026-11-18 09:00:00\n13800130002,2026-11-18 09:00:00\n",
            "name,phone,status,created_at\nAnn,13800130001,OK,2026-11-18 09:00:00\n",
            "date,name,status\n2026-11-18,Ann,OK\n",
            "start,from,to,status,description,duration\n2026-11-18 09:00:00,13800130001,13800130002,OK,x,3\n",
            "subscription,telA,telX,telB,callTime,releaseTime,to\n1,13800130001,17000130001,13800130002,2026-11-18 09:00:00,2026-11-18 09:00:20,x\n",
            "工号,被叫号码,呼叫时间,签入时间,签出时间\n1,13800130001,2026-11-18 09:00:00,,\n",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }

    #[test]
    fn every_reason_is_said_in_both_languages() {
        for refusal in REFUSED {
            let zh = crate::language::sentence(crate::language::Lang::Zh, refusal.sentence());
            assert!(!zh.is_ascii() && !zh.contains("not calls"), "{}: {zh}", refusal.name());
        }
    }

    #[test]
    fn names_are_unique_and_each_file_is_registered() {
        let names: std::collections::BTreeSet<_> = REFUSED.iter().map(|f| f.name()).collect();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/input/refused");
        let files = std::fs::read_dir(folder).unwrap().filter(|f| f.as_ref().unwrap().file_name() != "mod.rs").count();
        assert_eq!((names.len(), files), (REFUSED.len(), REFUSED.len()));
    }
}
