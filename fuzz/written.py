"""Seeds that no fixture holds: small inputs with the canary wherever a message might quote."""

from __future__ import annotations

from promises import CANARY as C

BUNDLED = {
    "sniff": [f"caf\xe9 {C}".encode("latin-1"), f"\ufeff{C}\r\nx\0".encode("utf-16"), f"\ufeff{C}".encode("utf-32")],
    "delimited": [
        f'id;{C};mail\r\n1;"{C} ""quoted""\nline";a@example.org\r\n2;;\r\n'.encode(),
        f"id\t{C}\n1\t{C}\n".encode("utf-16"),
        f'a|b\n"{C}|never closed\n1|2|3|4\n'.encode(),
        f"sep=,\n{C},b\n'1',\"2\"\n".encode(),
    ],
    "json": [
        f'[{{"{C}": [{{"{C}": "{C}"}}, 1e999, -0, true, null]}}, {{"a": "\\ud800 \\u0000 {C}"}}]'.encode(),
        f'{{"rows": [{{"{C}": 1}}, {{"{C}": "x"}}], "{C}": {{"deep": [[[["{C}"]]]]}}}}'.encode(),
        f'{{"a": "data:image/png;base64,{"QUJD" * 100}", "{C}": NaN}}'.encode(),
    ],
    "json5": [f"// {C}\n[{{{C}: '{C}', hex: 0xFF, inf: -Infinity, dot: .5,}}, {{'a': \"b\\\nc\"}},]".encode()],
    "json_lines": [f'{{"{C}": "{C}"}}\n\n{{"a": [1, {{"b": "{C}"}}]}}\nnot json {C}\n'.encode()],
    "xml": [
        f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE r SYSTEM "{C}.dtd"><r xmlns:x="{C}"><x:p {C}="{C}">'
        f"a<b>{C}</b>c</x:p><x:p><![CDATA[{C}]]></x:p><!-- {C} --><?{C} {C}?>&nbsp;&{C};</r>".encode(),
        f'<!DOCTYPE r [<!ENTITY a "{C}"><!ENTITY b SYSTEM "file:///etc/passwd">]><r>&a;&b;</r>'.encode(),
        f'<?xml version="1.0" encoding="cp1252"?><l><i><n>{C}</n></i><i><n>caf\xe9</n></i></l>'.encode("cp1252"),
    ],
    "sql": [
        f"CREATE TABLE `{C}` (`{C}` text, n int);\nINSERT INTO `{C}` VALUES ('{C}\\'s', 1), (NULL, 0x41);\n"
        f"COPY {C} (a, b) FROM stdin;\n{C}\t\\N\n\\.\n/*!40101 SET x={C} */; $$ {C} $$;\n".encode(),
        f"INSERT [dbo].[{C}] ([a]) VALUES (N'{C}')\nGO\nUPDATE x SET a = E'{C}' WHERE b = q'[{C}]';".encode(),
    ],
    "html": [
        f'<!doctype html><meta charset="utf-8"><title>{C}</title><table><tr><th>{C}<td rowspan=9>{C}</table>'
        f'<script>{C}</script><!-- {C} --><a href="mailto:{C}@x.example" title={C}>x</a><svg><title>{C}'.encode()
    ],
    "mail": [
        f"From: {C} <a@example.org>\nTo: =?utf-8?q?{C}?= <b@example.org>\nSubject: =?{C}?b?{C}?=\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/mixed; boundary={C}\n\n--{C}\nContent-Type: text/{C}; charset={C}\n"
        f"Content-Transfer-Encoding: {C}\n\n{C}\n--{C}\nContent-Type: message/rfc822\n\nSubject: {C}\n\n{C}\n"
        f"--{C}\nContent-Type: application/pkcs7-mime; name={C}.p7m\nContent-Transfer-Encoding: base64\n\nMAA=\n"
        f"--{C}\nContent-Disposition: attachment; filename*=utf-8''{C}%2Ecsv\n\na,b\n1,{C}\n--{C}--\n".encode(),
        f"Subject: {C}\nContent-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"begin 644 {C}.txt\n#0V%T\n`\nend\n={C}".encode(),
    ],
    "mbox": [
        f"From {C}@example.org Mon Nov 23 10:00:00 2026\nSubject: {C}\n\n>From {C}\n\nFrom {C}\nSubject: x\n\n{C}\n".encode()
    ],
    "rtf": [
        f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0\\fcharset238 {C};}}}}{{\\info{{\\author {C}}}}}\\f0 \\'e9 \\u322?"
        f"{{\\*\\{C} {C}}}{{\\field{{\\*\\fldinst HYPERLINK \"{C}\"}}{{\\fldrslt {C}}}}}{{\\pict\\bin4 abcd}}}}".encode()
    ],
    "captions": [
        f"WEBVTT {C}\n\nNOTE {C}\n\n{C}\n00:01.000 --> 00:02.000 align:{C}\n<v {C}>{C} <b>x</b> &amp;\n\n".encode(),
        f"1\n00:00:01,000 --> 00:00:02,000\n{C}: {C}\n\n2\n99:99:99,999 --> 0\nx\n".encode(),
    ],
    "chat": [f"[10:00] Agent: {C}\n{C} (10:01 AM): my name is {C}\n> {C}\n12/05/2026, 10:02 - {C}: hello\n".encode()],
    "folded_lines": [
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET={C}:{C}\r\n {C}\r\nPHOTO;ENCODING=b:QUJD\r\nEND:VCARD\r\n".encode(),
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;X=\"{C}\":{C}\\n{C}\nATTENDEE;CN={C}:mailto:a@x.example\nEND:VEVENT\n".encode(),
        f"dn: cn={C},dc=example\ncn: {C}\ncn:: QUJD\njpegPhoto:< file:///{C}\n\ndn:: {C}\n".encode(),
    ],
    "plain_text": [f"2026-01-01 ERROR {C} failed\n\tat {C}.java:10\n{'=' * 300}\n\x1b[31m{C}\x1b[0m\n".encode()],
    "waivers": [
        f"apiVersion: bpoaudit/v1\nkind: Waivers\nwaivers:\n  - id: W-1\n    rule: bpo-baseline/cards-masked\n"
        f"    vendor: demo\n    match: {{source: a.csv, field: notes}}\n    reason: {C}.\n    category: risk_accepted\n"
        "    requested_by: ops@vendor.example\n    approved_by: dpo@client.example\n    approved_on: 2026-06-01\n"
        "    expires_on: 2026-08-30\n    ticket: RISK-311\n".encode()
    ],
    "baseline": [
        b'{"schema": "bpoaudit/baseline/v1", "created": "2026-06-01T00:00:00Z", "expires_on": "2026-08-30",'
        b'"vendor": "demo", "key_id": "hmac-sha256:0000000000000000", "packs": [], "entries": [{"rule": "a/b",'
        b'"source": "x.csv", "field": "y", "known": {"hmac-sha256:00": 2}}]}'
    ],
    "policy": [
        b"apiVersion: bpoaudit/v1\nkind: RedactionPolicy\ndefault: mask\nrules:\n  - source: 'exports/**'\n    field: a_*\n"
        b"    whole: true\n    operator: drop\n  - entities: [PERSON]\n    operator: replace\n    with: '[NAME]'\n"
        b"  - entities: [CREDIT_CARD]\n    operator: mask\n    keep_last: 4\n"
    ],
    "project": [
        b"apiVersion: bpoaudit/v1\nkind: Project\nvendor: vendors/acme.yaml\nrules: [gdpr, ./rules/ours]\n"
        b"fail-on: high\nmin-score: 70\nhistory: history.db\noutput: [report.html]\njobs: auto\n"
    ],
    "recognizers": [
        b"recognizers:\n  - name: Employee number\n    supported_languages:\n      - {language: en, context: [staff]}\n"
        b"    supported_entity: EMPLOYEE_ID\n    patterns:\n      - {name: five, regex: '\\bE\\d{5}\\b', score: 0.3}\n"
        b"  - CreditCardRecognizer\n  - {name: Words, supported_entity: WORD, deny_list: [one, two]}\n"
    ],
    "suppression": [b"a@example.org\n+1 212 555 0123\nAB-1234567\nhmac-sha256:" + b"0" * 32 + b"\n# note\n"],
    "detect": [
        b"my number is double four oh seven, mail a at example dot org, card 4111 1111 1111 1111 exp 01/29 cvv 123",
        "née le 3 avril 1985, IBAN DE89 3704 0044 0532 0130 00, ＭＡＩＬ a@b.example \u200b\u202e \u0661\u0662\u0663".encode(),
        b"12 Oak Street, Springfield IL 62701; SSN 123-45-6789; password: hunter2; key AKIAIOSFODNN7EXAMPLE",
    ],
}  # fmt: skip
"""By target."""
