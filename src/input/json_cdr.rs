//! What FreeSWITCH's mod_json_cdr does to its records, undone: the values of variables are percent-encoded (its default), and the profiles of the caller
//! stand in a list, the latest first.

use std::borrow::Cow;

use super::json::Json;

/// A record of mod_json_cdr as other layouts have theirs; None if it is none.
pub fn plain<'a>(value: &'a Json<'_>) -> Option<Json<'a>> {
    let Json::Object(members) = value else { return None };
    if !matches!(value.member("variables"), Some(Json::Object(_))) || (value.member("core-uuid").is_none() && value.member("channel_data").is_none()) {
        return None;
    }
    let member = |(name, value): &'a (Cow<'_, str>, Json<'_>)| {
        let value = match (name.as_ref(), value) {
            ("variables", Json::Object(variables)) => Json::Object(
                variables.iter().map(|(n, v)| (Cow::Borrowed(n.as_ref()), if let Json::Text(t) = v { Json::Text(decoded(t)) } else { v.borrowed() })).collect(),
            ),
            ("callflow", Json::List(flows, _)) => flows.first().map_or(Json::Null, Json::borrowed),
            _ => value.borrowed(),
        };
        (Cow::Borrowed(name.as_ref()), value)
    };
    Some(Json::Object(members.iter().map(member).collect()))
}

/// `%2B86` is `+86`; a text in which a `%` begins nothing of the sort was not encoded.
fn decoded(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            out.push(byte);
            at += 1;
            continue;
        }
        let code = text.get(at + 1..at + 3).filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = code.and_then(|c| u8::from_str_radix(c, 16).ok()) else { return Cow::Borrowed(text) };
        out.push(code);
        at += 3;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    #[test]
    fn values_are_decoded_and_the_latest_profile_of_the_caller_stands() {
        let text = r#"{"core-uuid":"x","variables":{"caller_id_number":"%2B8613800130009","name":"%E5%BC%A0","rate":"100%","n":1},
            "callflow":[{"caller_profile":{"destination_number":"2"}},{"caller_profile":{"destination_number":"1"}}]}"#;
        let (value, _) = parse(text).unwrap();
        let mut cells = Vec::new();
        plain(&value).unwrap().flatten("", &mut |n, v| cells.push(format!("{n}={v}")));
        let told = "core-uuid=x variables.caller_id_number=+8613800130009 variables.name=张 variables.rate=100% variables.n=1 callflow.caller_profile.destination_number=2";
        assert_eq!(cells.join(" "), told);
        assert!(plain(&parse(r#"{"variables":{"a":"%2B"}}"#).unwrap().0).is_none());
    }
}
