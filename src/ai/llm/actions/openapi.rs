//! Reads actions out of an OpenAPI 3 document.
//!
//! Understood: `servers[0].url`; for each operation `operationId`, `summary` or `description`, `parameters` in path and query,
//! a flat `application/json` request body; `security` with `apiKey`, `http` `bearer` and `http` `basic` schemes. An operation
//! that is not GET changes something unless it says `x-baton-reads-only: true`. Anything else a call would need is refused
//! with its place, so that no action does something other than its description says.

use serde_json::{Map, Value};
use url::Url;

use super::{Action, Carrier, Kind, Parameter, Place, Scheme};

/// Most actions.
pub const ACTIONS_MAX: usize = 30;
/// Longest document.
pub const DOCUMENT_BYTES_MAX: usize = 200 * 1024;
const METHODS: [(&str, http::Method); 6] = [
    ("get", http::Method::GET),
    ("head", http::Method::HEAD),
    ("post", http::Method::POST),
    ("put", http::Method::PUT),
    ("patch", http::Method::PATCH),
    ("delete", http::Method::DELETE),
];

/// The actions of a document; none in an empty one.
///
/// # Errors
/// In words, with the place, where something is missing or not understood.
pub fn actions(document: &str) -> Result<Vec<Action>, String> {
    if document.trim().is_empty() {
        return Ok(Vec::new());
    }
    if document.len() > DOCUMENT_BYTES_MAX {
        return Err(format!("The document is longer than {} kB.", DOCUMENT_BYTES_MAX / 1024));
    }
    let document: Value = serde_json::from_str(document)
        .map_err(|why| format!("This is no JSON ({why}). Paste an OpenAPI 3 document in JSON."))?;
    let base = server(&document)?;
    let paths = document["paths"].as_object().ok_or("There are no “paths”.")?;
    let mut actions: Vec<Action> = Vec::new();
    for (path, item) in paths {
        for (word, method) in &METHODS {
            if let Some(operation) = item.get(*word) {
                let place = format!("{} {path}", word.to_uppercase());
                let action =
                    Reader { document: &document, place: &place }.action(&base, path, item, operation, method)?;
                if actions.iter().any(|other| other.name == action.name) {
                    return Err(format!("{place}: the operationId “{}” is there twice.", action.name));
                }
                actions.push(action);
            }
        }
    }
    match actions.len() {
        0 => Err("There is no operation below “paths”.".to_owned()),
        count if count > ACTIONS_MAX => Err(format!("These are {count} operations. List {ACTIONS_MAX} at most.")),
        _ => Ok(actions),
    }
}

fn server(document: &Value) -> Result<Url, String> {
    let url = document["servers"][0]["url"].as_str().ok_or("“servers” must hold one with a “url”.")?;
    let url = Url::parse(url).map_err(|_| format!("“{url}” is no whole address, such as https://shop.example/api."))?;
    match matches!(url.scheme(), "https" | "http") && url.has_host() && url.query().is_none() {
        true => Ok(url),
        false => Err("The server\u{2019}s “url” must begin with https:// or http:// and have no query.".to_owned()),
    }
}

struct Reader<'a> {
    document: &'a Value,
    place: &'a str,
}

impl Reader<'_> {
    fn action(
        &self,
        base: &Url,
        path: &str,
        item: &Value,
        operation: &Value,
        method: &http::Method,
    ) -> Result<Action, String> {
        let name = operation["operationId"].as_str().unwrap_or_default();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_name) {
            return self.wrong("it needs an “operationId” of letters, digits, “_” and “-”");
        }
        let summary = operation["summary"].as_str().or_else(|| operation["description"].as_str()).unwrap_or_default();
        if summary.trim().is_empty() {
            return self.wrong("it needs a “summary”, by which the model knows when to call it");
        }
        let mut parameters = Vec::new();
        for list in [&item["parameters"], &operation["parameters"]] {
            for parameter in list.as_array().map(Vec::as_slice).unwrap_or_default() {
                parameters.push(self.parameter(parameter)?);
            }
        }
        parameters.extend(self.body(&operation["requestBody"])?);
        for name in braces(path) {
            if !parameters.iter().any(|parameter| parameter.place == Place::Path && parameter.name == name) {
                return self.wrong(&format!("the path has {{{name}}} and no parameter describes it"));
            }
        }
        let reads = matches!(*method, http::Method::GET | http::Method::HEAD);
        Ok(Action {
            name: name.to_owned(),
            summary: summary.split_whitespace().collect::<Vec<_>>().join(" "),
            method: method.clone(),
            base: base.clone(),
            path: path.to_owned(),
            parameters,
            security: self.security(operation)?,
            changes: !reads && operation["x-baton-reads-only"] != Value::Bool(true),
        })
    }

    fn parameter(&self, parameter: &Value) -> Result<Parameter, String> {
        let name = parameter["name"].as_str().unwrap_or_default();
        if name.is_empty() || parameter.get("$ref").is_some() {
            return self.wrong("a parameter has no “name”; references are not followed, write it out");
        }
        let schema = &parameter["schema"];
        let fixed = schema.get("const").map(super::plain);
        let place = match (parameter["in"].as_str(), &fixed) {
            (Some("query"), Some(_)) => Place::Fixed,
            (Some("query"), None) => Place::Query,
            (Some("path"), _) => Place::Path,
            _ => return self.wrong(&format!("the parameter “{name}” must be in the path or the query")),
        };
        let description = parameter["description"].as_str().or_else(|| schema["description"].as_str());
        let required = place == Place::Path || parameter["required"] == Value::Bool(true);
        self.value(name, place, schema, description, required, fixed)
    }

    fn body(&self, body: &Value) -> Result<Vec<Parameter>, String> {
        if body.is_null() {
            return Ok(Vec::new());
        }
        let schema = &body["content"]["application/json"]["schema"];
        let Some(properties) = schema["properties"].as_object() else {
            return self
                .wrong("the request body must be application/json with an object\u{2019}s “properties”, written out");
        };
        let required = |name: &str| {
            let names = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
            names.iter().any(|other| other.as_str() == Some(name))
        };
        let read = |(name, schema): (&String, &Value)| {
            self.value(name, Place::Body, schema, schema["description"].as_str(), required(name), None)
        };
        properties.iter().map(read).collect()
    }

    fn value(
        &self,
        name: &str,
        place: Place,
        schema: &Value,
        description: Option<&str>,
        required: bool,
        fixed: Option<String>,
    ) -> Result<Parameter, String> {
        let kind = match schema["type"].as_str() {
            Some("string") | None => Kind::Text,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some(other) => {
                return self.wrong(&format!("“{name}” is of the type {other}; only single values can be given"));
            }
        };
        let choices = schema["enum"].as_array().map(|values| values.iter().map(super::plain).collect());
        Ok(Parameter {
            name: name.to_owned(),
            place,
            description: description.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
            required,
            kind,
            choices: choices.unwrap_or_default(),
            fixed,
        })
    }

    fn security(&self, operation: &Value) -> Result<Vec<Scheme>, String> {
        let wanted = operation.get("security").unwrap_or(&self.document["security"]);
        // Of several ways to sign, the first one is used.
        let Some(names) = wanted[0].as_object().map(Map::keys) else { return Ok(Vec::new()) };
        names.map(|name| self.scheme(name)).collect()
    }

    fn scheme(&self, name: &str) -> Result<Scheme, String> {
        let scheme = &self.document["components"]["securitySchemes"][name];
        let header =
            |name: &Value| name.as_str().filter(|name| name.parse::<http::HeaderName>().is_ok()).map(str::to_owned);
        let carrier = match (scheme["type"].as_str(), scheme["scheme"].as_str(), scheme["in"].as_str()) {
            (Some("http"), Some("bearer"), _) => Carrier::Bearer,
            (Some("http"), Some("basic"), _) => Carrier::Basic,
            (Some("apiKey"), _, Some("header")) => match header(&scheme["name"]) {
                Some(header) => Carrier::Header(header),
                None => return self.wrong(&format!("the security scheme “{name}” names no header")),
            },
            (Some("apiKey"), _, Some("query")) => {
                Carrier::Query(scheme["name"].as_str().unwrap_or("api_key").to_owned())
            }
            _ => return self.wrong(&format!("the security scheme “{name}” must be apiKey, http bearer or http basic")),
        };
        Ok(Scheme { name: name.to_owned(), carrier })
    }

    fn wrong<T>(&self, why: &str) -> Result<T, String> {
        Err(format!("{}: {why}.", self.place))
    }
}

/// The names in braces of a path.
pub(super) fn braces(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn shop() -> Value {
        json!({
            "openapi": "3.1.0",
            "servers": [{ "url": "https://shop.example/api" }],
            "security": [{ "shop_key": [] }],
            "paths": {
                "/orders/{number}": {
                    "get": {
                        "operationId": "look_up_order", "summary": "Looks up an order by its number.",
                        "parameters": [
                            { "name": "number", "in": "path", "schema": { "type": "integer" } },
                            { "name": "lines", "in": "query", "schema": { "const": "all" } }
                        ]
                    }
                },
                "/orders/{number}/cancellation": {
                    "post": {
                        "operationId": "cancel_order", "summary": "Cancels an order.",
                        "parameters": [{ "name": "number", "in": "path", "schema": { "type": "integer" } }],
                        "requestBody": { "content": { "application/json": { "schema": { "required": ["why"], "properties": {
                            "why": { "type": "string", "enum": ["late", "wrong", "other"] } } } } } }
                    }
                }
            },
            "components": { "securitySchemes": { "shop_key": { "type": "apiKey", "in": "header", "name": "X-Api-Key" } } }
        })
    }

    #[test]
    fn a_document_becomes_actions() {
        let actions = actions(&shop().to_string()).expect("actions");
        let names: Vec<_> = actions.iter().map(|action| (action.name.as_str(), action.changes)).collect();
        assert_eq!(names, [("look_up_order", false), ("cancel_order", true)]);
        assert_eq!(actions[0].security[0].carrier, Carrier::Header("X-Api-Key".into()));
        assert_eq!(actions[0].parameters[1].fixed.as_deref(), Some("all"));
        let arguments = |given: Value| actions[1].arguments(&given);
        assert_eq!(
            arguments(json!("{\"number\": 20318, \"why\": \"late\"}")).expect("fine").words(),
            "number: 20318, why: late"
        );
        for wrong in [
            json!({ "number": 20318 }),
            json!({ "number": "x", "why": "late" }),
            json!({ "number": 1, "why": "because" }),
            json!({ "number": 1, "why": "late", "admin": true }),
            json!({ "number": [1], "why": "late" }),
            json!("not json"),
            json!([]),
        ] {
            assert!(arguments(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        let with = |pointer: &str, value: Value| {
            let mut document = shop();
            *document.pointer_mut(pointer).expect("a place") = value;
            actions(&document.to_string()).expect_err("refused")
        };
        let get = "/paths/~1orders~1{number}/get";
        assert!(with(&format!("{get}/operationId"), json!("look up")).starts_with("GET /orders/{number}: "));
        assert!(with(&format!("{get}/operationId"), json!("cancel_order")).contains("twice"));
        assert!(with(&format!("{get}/summary"), json!("")).contains("summary"));
        assert!(with(&format!("{get}/parameters"), json!([])).contains("{number}"));
        assert!(with(&format!("{get}/parameters/0"), json!({ "$ref": "#/x" })).contains("write it out"));
        assert!(with("/servers/0/url", json!("/api")).contains("whole address"));
        assert!(with("/components/securitySchemes/shop_key/type", json!("oauth2")).contains("shop_key"));
        assert!(actions("openapi: 3.1.0").expect_err("refused").contains("JSON"));
        assert_eq!(actions("  "), Ok(Vec::new()));
    }
}
