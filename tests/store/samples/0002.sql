INSERT INTO instrument (digest, id, version, content) VALUES
  ('460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', 'sample', 1, '{"citation":"Nobody, 2026","doi":"10.1/1","domains":[{"about":{"en":"What it is about."},"id":"a","items":[{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"a.1.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["a.1"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend a.1"},"why":{"en":"The study asks for it."}}],"id":"a.1","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is a.1?","fr":"Comment va a.1 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"a.2.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["a.2"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend a.2"},"why":{"en":"The study asks for it."}}],"id":"a.2","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is a.2?","fr":"Comment va a.2 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"a.3.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["a.3"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend a.3"},"why":{"en":"The study asks for it."}}],"id":"a.3","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is a.3?","fr":"Comment va a.3 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}}],"name":{"en":"Domain a"}},{"about":{"en":"What it is about."},"id":"b","items":[{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"b.1.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["b.1"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend b.1"},"why":{"en":"The study asks for it."}}],"asked_if":"work","id":"b.1","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is b.1?","fr":"Comment va b.1 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"b.2.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["b.2"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend b.2"},"why":{"en":"The study asks for it."}}],"id":"b.2","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is b.2?","fr":"Comment va b.2 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"b.3.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["b.3"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend b.3"},"why":{"en":"The study asks for it."}}],"id":"b.3","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is b.3?","fr":"Comment va b.3 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}}],"name":{"en":"Domain b"}},{"about":{"en":"What it is about."},"id":"c","items":[{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"c.1.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["c.1"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend c.1"},"why":{"en":"The study asks for it."}}],"id":"c.1","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is c.1?","fr":"Comment va c.1 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"c.2.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["c.2"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend c.2"},"why":{"en":"The study asks for it."}}],"id":"c.2","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is c.2?","fr":"Comment va c.2 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}},{"advice":[{"effort":"small","first_step":{"en":"Ask."},"id":"c.3.advice","involvement":{"en":"In paid meetings."},"leads":{"en":"Manager"},"moves":["c.3"],"shown_by":{"en":"It holds."},"source":[{"kind":"inferred","section":"Discussion","words":"a ‘peer’"}],"title":{"en":"Mend c.3"},"why":{"en":"The study asks for it."}}],"id":"c.3","levels":[{"label":{"en":"Level 0"},"sees":{"en":"One sees 0."}},{"label":{"en":"Level 1"},"sees":{"en":"One sees 1."}},{"label":{"en":"Level 2"},"sees":{"en":"One sees 2."}},{"label":{"en":"Level 3"},"sees":{"en":"One sees 3."}},{"label":{"en":"Level 4"},"sees":{"en":"One sees 4."}}],"question":{"en":"How is c.3?","fr":"Comment va c.3 ?"},"revision":1,"source":[{"kind":"found","section":"Discussion","words":"a ‘peer’"}],"why":{"en":"Workers said so."}}],"name":{"en":"Domain c"}}],"gates":[{"id":"work","peer":{"en":"Do you do it?"},"question":{"en":"Is the work done?"}}],"id":"sample","kinds":[{"id":"non-profit","label":{"en":"Non-profit"}}],"limits":{"en":"Only for tests."},"sizes":[{"id":"under-10","label":{"en":"Fewer than 10"}}],"title":{"en":"A small instrument","fr":"Un petit questionnaire"},"version":1}');

INSERT INTO organization (organization_id, name, is_case, claimed, started_on, last_used_on) VALUES
  ('11111111-0002-4000-8000-000000000001', 'Harbour "Street" & L’Œuvre 100% <b>:b</b>', FALSE, TRUE, '2026-01-05', '2026-01-05'),
  ('88888888-0002-4000-8000-000000000001', 'Nobody’s yet; عربي 🧡', FALSE, FALSE, '2026-03-02', '2026-03-02'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 'Harbour "Street" & L’Œuvre 100% <b>:b</b>', FALSE, TRUE, '2026-01-05', '2026-03-09'),
  ('bbbbbbbb-0002-4000-8000-000000000001', 'The study’s case', TRUE, FALSE, '2026-03-02', '2026-03-02');

INSERT INTO assessment (organization_id, year) VALUES
  ('11111111-0002-4000-8000-000000000001', 2024),
  ('11111111-0002-4000-8000-000000000001', 2025),
  ('11111111-0002-4000-8000-000000000001', 2026),
  ('88888888-0002-4000-8000-000000000001', 2026),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2026),
  ('bbbbbbbb-0002-4000-8000-000000000001', 2018);

INSERT INTO revision (organization_id, year, number, instrument_digest, profile, is_draft, started_on, imported_on) VALUES
  ('11111111-0002-4000-8000-000000000001', 2024, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-02', NULL),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-02', NULL),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-04', NULL),
  ('11111111-0002-4000-8000-000000000001', 2026, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":7,"gates":{"work":"yes"}}', TRUE, '2026-03-06', NULL),
  ('88888888-0002-4000-8000-000000000001', 2026, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', TRUE, '2026-03-02', NULL),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-02', '2026-03-09'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-02', '2026-03-09'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', FALSE, '2026-03-04', '2026-03-09'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2026, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":7,"gates":{"work":"yes"}}', TRUE, '2026-03-06', '2026-03-09'),
  ('bbbbbbbb-0002-4000-8000-000000000001', 2018, 1, '460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62', '{"kind":"non-profit","size":"under-10","peer_workers":6,"gates":{"work":"yes"}}', TRUE, '2026-03-02', NULL);

INSERT INTO answer (organization_id, year, number, item_id, choice, reason, note, come_back) VALUES
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'a.1', '0', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'a.2', '1', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'a.3', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'b.1', '0', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'b.2', '1', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'b.3', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'c.1', '0', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'c.2', '1', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'c.3', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'a.1', '1', '', 'It''s Sam''s note:
50% – “so” 🧡 \n ; done', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'a.2', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'a.3', '3', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'b.1', 'dont-know', '', '', TRUE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'b.2', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'b.3', '3', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'c.1', '1', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'c.2', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'c.3', 'does-not-apply', 'Nobody works nights; عربي', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'a.1', '1', '', 'It''s Sam''s note:
50% – “so” 🧡 \n ; done', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'a.3', '3', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'b.1', 'dont-know', '', '', TRUE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'b.2', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'b.3', '3', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'c.1', '1', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'c.2', '2', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'a.2', '4', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'c.3', '0', '', '', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2026, 1, 'a.1', '3', '', 'kept', FALSE),
  ('11111111-0002-4000-8000-000000000001', 2026, 1, 'b.2', NULL, '', 'only a note', TRUE),
  ('88888888-0002-4000-8000-000000000001', 2026, 1, 'a.1', '2', '', 'Line one

''; DROP TABLE answer; --', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'a.1', '0', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'a.2', '1', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'a.3', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'b.1', '0', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'b.2', '1', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'b.3', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'c.1', '0', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'c.2', '1', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'c.3', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'a.1', '1', '', 'It''s Sam''s note:
50% – “so” 🧡 \n ; done', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'a.2', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'a.3', '3', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'b.1', 'dont-know', '', '', TRUE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'b.2', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'b.3', '3', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'c.1', '1', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'c.2', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'c.3', 'does-not-apply', 'Nobody works nights; عربي', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'a.1', '1', '', 'It''s Sam''s note:
50% – “so” 🧡 \n ; done', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'a.2', '4', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'a.3', '3', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'b.1', 'dont-know', '', '', TRUE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'b.2', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'b.3', '3', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'c.1', '1', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'c.2', '2', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'c.3', '0', '', '', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2026, 1, 'a.1', '3', '', 'kept', FALSE),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2026, 1, 'b.2', NULL, '', 'only a note', TRUE);

INSERT INTO submission (organization_id, year, number, digest, record) VALUES
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'ff755c819787e6e7e96a09c7691cfd8a9233ed10cf9c4ea0906c92b7eb36dced', '{"advice":[{"advice_id":"a.1.advice","choice":"0","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"0","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"0","item_id":"c.1","leads":true},{"advice_id":"a.2.advice","choice":"1","item_id":"a.2","leads":false},{"advice_id":"b.2.advice","choice":"1","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"1","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"2","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"2","item_id":"b.3","leads":false},{"advice_id":"c.3.advice","choice":"2","item_id":"c.3","leads":false}],"answers":{"a.1":{"choice":"0","come_back":false,"note":"","reason":""},"a.2":{"choice":"1","come_back":false,"note":"","reason":""},"a.3":{"choice":"2","come_back":false,"note":"","reason":""},"b.1":{"choice":"0","come_back":false,"note":"","reason":""},"b.2":{"choice":"1","come_back":false,"note":"","reason":""},"b.3":{"choice":"2","come_back":false,"note":"","reason":""},"c.1":{"choice":"0","come_back":false,"note":"","reason":""},"c.2":{"choice":"1","come_back":false,"note":"","reason":""},"c.3":{"choice":"2","come_back":false,"note":"","reason":""}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":1,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":25.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":0,"points":25.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"c","dont_know":0,"points":25.0,"unanswered":0,"with_level":3}],"overall":null},"submitted_on":"2026-03-02","year":2024}'),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, '31b96eb868a9a51a3d48801e911a84d944f0bf009864835185355e218a13c0f1', '{"advice":[{"advice_id":"a.1.advice","choice":"1","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"dont-know","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"1","item_id":"c.1","leads":true},{"advice_id":"a.2.advice","choice":"2","item_id":"a.2","leads":false},{"advice_id":"b.2.advice","choice":"2","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"2","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"3","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"3","item_id":"b.3","leads":false}],"answers":{"a.1":{"choice":"1","come_back":false,"note":"It''s Sam''s note:\n50% – “so” 🧡 \\n ; done","reason":""},"a.2":{"choice":"2","come_back":false,"note":"","reason":""},"a.3":{"choice":"3","come_back":false,"note":"","reason":""},"b.1":{"choice":"dont-know","come_back":true,"note":"","reason":""},"b.2":{"choice":"2","come_back":false,"note":"","reason":""},"b.3":{"choice":"3","come_back":false,"note":"","reason":""},"c.1":{"choice":"1","come_back":false,"note":"","reason":""},"c.2":{"choice":"2","come_back":false,"note":"","reason":""},"c.3":{"choice":"does-not-apply","come_back":false,"note":"","reason":"Nobody works nights; عربي"}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":1,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":50.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":1,"points":null,"unanswered":0,"with_level":2},{"applicable":2,"does_not_apply":1,"domain_id":"c","dont_know":0,"points":null,"unanswered":0,"with_level":2}],"overall":null},"submitted_on":"2026-03-03","year":2025}'),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, '65b697f8d82692890222439a79d0f562b6f68855202d413b421b144d3690cfe6', '{"advice":[{"advice_id":"c.3.advice","choice":"0","item_id":"c.3","leads":true},{"advice_id":"a.1.advice","choice":"1","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"dont-know","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"1","item_id":"c.1","leads":false},{"advice_id":"b.2.advice","choice":"2","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"2","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"3","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"3","item_id":"b.3","leads":false}],"answers":{"a.1":{"choice":"1","come_back":false,"note":"It''s Sam''s note:\n50% – “so” 🧡 \\n ; done","reason":""},"a.2":{"choice":"4","come_back":false,"note":"","reason":""},"a.3":{"choice":"3","come_back":false,"note":"","reason":""},"b.1":{"choice":"dont-know","come_back":true,"note":"","reason":""},"b.2":{"choice":"2","come_back":false,"note":"","reason":""},"b.3":{"choice":"3","come_back":false,"note":"","reason":""},"c.1":{"choice":"1","come_back":false,"note":"","reason":""},"c.2":{"choice":"2","come_back":false,"note":"","reason":""},"c.3":{"choice":"0","come_back":false,"note":"","reason":""}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":2,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":66.6667,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":1,"points":null,"unanswered":0,"with_level":2},{"applicable":3,"does_not_apply":0,"domain_id":"c","dont_know":0,"points":25.0,"unanswered":0,"with_level":3}],"overall":null},"submitted_on":"2026-03-05","year":2025}'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'ff755c819787e6e7e96a09c7691cfd8a9233ed10cf9c4ea0906c92b7eb36dced', '{"advice":[{"advice_id":"a.1.advice","choice":"0","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"0","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"0","item_id":"c.1","leads":true},{"advice_id":"a.2.advice","choice":"1","item_id":"a.2","leads":false},{"advice_id":"b.2.advice","choice":"1","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"1","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"2","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"2","item_id":"b.3","leads":false},{"advice_id":"c.3.advice","choice":"2","item_id":"c.3","leads":false}],"answers":{"a.1":{"choice":"0","come_back":false,"note":"","reason":""},"a.2":{"choice":"1","come_back":false,"note":"","reason":""},"a.3":{"choice":"2","come_back":false,"note":"","reason":""},"b.1":{"choice":"0","come_back":false,"note":"","reason":""},"b.2":{"choice":"1","come_back":false,"note":"","reason":""},"b.3":{"choice":"2","come_back":false,"note":"","reason":""},"c.1":{"choice":"0","come_back":false,"note":"","reason":""},"c.2":{"choice":"1","come_back":false,"note":"","reason":""},"c.3":{"choice":"2","come_back":false,"note":"","reason":""}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":1,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":25.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":0,"points":25.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"c","dont_know":0,"points":25.0,"unanswered":0,"with_level":3}],"overall":null},"submitted_on":"2026-03-02","year":2024}'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, '31b96eb868a9a51a3d48801e911a84d944f0bf009864835185355e218a13c0f1', '{"advice":[{"advice_id":"a.1.advice","choice":"1","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"dont-know","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"1","item_id":"c.1","leads":true},{"advice_id":"a.2.advice","choice":"2","item_id":"a.2","leads":false},{"advice_id":"b.2.advice","choice":"2","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"2","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"3","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"3","item_id":"b.3","leads":false}],"answers":{"a.1":{"choice":"1","come_back":false,"note":"It''s Sam''s note:\n50% – “so” 🧡 \\n ; done","reason":""},"a.2":{"choice":"2","come_back":false,"note":"","reason":""},"a.3":{"choice":"3","come_back":false,"note":"","reason":""},"b.1":{"choice":"dont-know","come_back":true,"note":"","reason":""},"b.2":{"choice":"2","come_back":false,"note":"","reason":""},"b.3":{"choice":"3","come_back":false,"note":"","reason":""},"c.1":{"choice":"1","come_back":false,"note":"","reason":""},"c.2":{"choice":"2","come_back":false,"note":"","reason":""},"c.3":{"choice":"does-not-apply","come_back":false,"note":"","reason":"Nobody works nights; عربي"}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":1,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":50.0,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":1,"points":null,"unanswered":0,"with_level":2},{"applicable":2,"does_not_apply":1,"domain_id":"c","dont_know":0,"points":null,"unanswered":0,"with_level":2}],"overall":null},"submitted_on":"2026-03-03","year":2025}'),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, '65b697f8d82692890222439a79d0f562b6f68855202d413b421b144d3690cfe6', '{"advice":[{"advice_id":"c.3.advice","choice":"0","item_id":"c.3","leads":true},{"advice_id":"a.1.advice","choice":"1","item_id":"a.1","leads":true},{"advice_id":"b.1.advice","choice":"dont-know","item_id":"b.1","leads":true},{"advice_id":"c.1.advice","choice":"1","item_id":"c.1","leads":false},{"advice_id":"b.2.advice","choice":"2","item_id":"b.2","leads":false},{"advice_id":"c.2.advice","choice":"2","item_id":"c.2","leads":false},{"advice_id":"a.3.advice","choice":"3","item_id":"a.3","leads":false},{"advice_id":"b.3.advice","choice":"3","item_id":"b.3","leads":false}],"answers":{"a.1":{"choice":"1","come_back":false,"note":"It''s Sam''s note:\n50% – “so” 🧡 \\n ; done","reason":""},"a.2":{"choice":"4","come_back":false,"note":"","reason":""},"a.3":{"choice":"3","come_back":false,"note":"","reason":""},"b.1":{"choice":"dont-know","come_back":true,"note":"","reason":""},"b.2":{"choice":"2","come_back":false,"note":"","reason":""},"b.3":{"choice":"3","come_back":false,"note":"","reason":""},"c.1":{"choice":"1","come_back":false,"note":"","reason":""},"c.2":{"choice":"2","come_back":false,"note":"","reason":""},"c.3":{"choice":"0","come_back":false,"note":"","reason":""}},"instrument_digest":"460ffea736fb69407a5ce421297a5949694e71089c824cc365c471eaff4a6c62","instrument_id":"sample","instrument_version":1,"organization":"Harbour \"Street\" & L’Œuvre 100% <b>:b</b>","profile":{"gates":{"work":"yes"},"kind":"non-profit","peer_workers":6,"size":"under-10"},"revision":2,"scores":{"domains":[{"applicable":3,"does_not_apply":0,"domain_id":"a","dont_know":0,"points":66.6667,"unanswered":0,"with_level":3},{"applicable":3,"does_not_apply":0,"domain_id":"b","dont_know":1,"points":null,"unanswered":0,"with_level":2},{"applicable":3,"does_not_apply":0,"domain_id":"c","dont_know":0,"points":25.0,"unanswered":0,"with_level":3}],"overall":null},"submitted_on":"2026-03-05","year":2025}');

INSERT INTO domain_score (organization_id, year, number, domain_id, points) VALUES
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'a', 25.0),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'b', 25.0),
  ('11111111-0002-4000-8000-000000000001', 2024, 1, 'c', 25.0),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'a', 50.0),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'b', NULL),
  ('11111111-0002-4000-8000-000000000001', 2025, 1, 'c', NULL),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'a', 66.6667),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'b', NULL),
  ('11111111-0002-4000-8000-000000000001', 2025, 2, 'c', 25.0),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'a', 25.0),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'b', 25.0),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2024, 1, 'c', 25.0),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'a', 50.0),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'b', NULL),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 1, 'c', NULL),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'a', 66.6667),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'b', NULL),
  ('aaaaaaaa-0002-4000-8000-000000000001', 2025, 2, 'c', 25.0);

INSERT INTO capability (capability_id, token_hash, made_on, expires_on, revoked_on, made_for) VALUES
  ('22222222-0002-4000-8000-000000000001', '145164f0c79eab8604f09e37a65fb67565b6127fdb9d830eb0a38b61824e1de7', '2026-01-05', NULL, '2026-03-02', ''),
  ('66666666-0002-4000-8000-000000000001', '3ffea87b4a849581c2241a797dfdddf401c585636955adb5b8d46b2aa28751d7', '2026-03-08', '2026-03-22', NULL, 'Kim O''Neil, "nights"'),
  ('77777777-0002-4000-8000-000000000001', 'd4a4a2fe705c7c9af4da743caa49276b9cc0a2a3940db8748a2c35fe5ada13a0', '2026-03-09', '2026-03-10', NULL, 'editor@example.org'),
  ('99999999-0002-4000-8000-000000000001', 'd376e7573eb4223e4f6cc6ba9b92c1f5bd65dde4edae8100eabf1964547bbf28', '2026-03-02', NULL, NULL, '');

INSERT INTO access_grant (principal_kind, principal_id, scope, scope_id, role) VALUES
  ('capability', '22222222-0002-4000-8000-000000000001', 'organization', '11111111-0002-4000-8000-000000000001', 'editor'),
  ('account', '33333333-0002-4000-8000-000000000001', 'organization', '11111111-0002-4000-8000-000000000001', 'owner'),
  ('account', '55555555-0002-4000-8000-000000000001', 'organization', '11111111-0002-4000-8000-000000000001', 'viewer'),
  ('account', '44444444-0002-4000-8000-000000000001', 'organization', '11111111-0002-4000-8000-000000000001', 'editor'),
  ('capability', '66666666-0002-4000-8000-000000000001', 'invitation', '11111111-0002-4000-8000-000000000001', 'viewer'),
  ('capability', '77777777-0002-4000-8000-000000000001', 'account', '', 'owner'),
  ('capability', '99999999-0002-4000-8000-000000000001', 'organization', '88888888-0002-4000-8000-000000000001', 'editor'),
  ('account', '44444444-0002-4000-8000-000000000001', 'organization', 'aaaaaaaa-0002-4000-8000-000000000001', 'owner');

INSERT INTO account (account_id, email, password_hash, made_on, disabled_on) VALUES
  ('33333333-0002-4000-8000-000000000001', 'owner@example.org', '$argon2id$v=19$m=19456,t=2,p=1$MDAwMi1vd25lcl9fX19fXw$xxVoSRdC118RIrS4I/ma1DTweW/h9VaPHuE2aM9sgCQ', '2026-03-02', NULL),
  ('44444444-0002-4000-8000-000000000001', 'editor@example.org', '$argon2id$v=19$m=19456,t=2,p=1$MDAwMi1lZGl0b3JfX19fXw$8vcjnnuC7IU9/RGAVhMUWetZKD9OElxPVtfMiZnVZAg', '2026-03-04', NULL),
  ('55555555-0002-4000-8000-000000000001', 'gone@example.org', '$argon2id$v=19$m=19456,t=2,p=1$MDAwMi1nb25lX19fX19fXw$h2s8AwCMEi1AcsgjHgdqMRRj/p1w4WPXJviGdEqAnjY', '2026-03-03', '2026-03-08');

INSERT INTO session (token_hash, expires_on, made_on, last_used_on, device, successor) VALUES
  ('ff143980dc260826d50b10b3d28a168f1a5dd327c6555ea9a0865597cbc83ffc', '2026-04-05', '2026-01-05', '2026-01-05', '', NULL),
  ('33d14008d44d05c01a93d092999f6ebe75d2fa2d95b3d1b5083c8b4941aee015', '2026-03-07', '2026-03-02', '2026-03-02', 'Firefox · Linux', 'cbca1fe54de5b16d1f68cb40f66070796fbdf28ee87b637eb15c58aa4182272c'),
  ('19472ff04c891f90ad79d587c2cf32132dd757febc0e6d7fc6a6324b38766d0a', '2026-06-02', '2026-03-04', '2026-03-04', 'Safari · iPhone', NULL),
  ('cbca1fe54de5b16d1f68cb40f66070796fbdf28ee87b637eb15c58aa4182272c', '2026-06-05', '2026-03-07', '2026-03-09', 'Firefox · Linux', NULL),
  ('bda25b455be3db0a1349853ed05f3e78b8335ad1bd95f06944021400f1262c4f', '2026-06-06', '2026-03-08', '2026-03-08', 'Edge · Windows', NULL),
  ('0ec2466c79603bcc48602898142211cc12de50292293e6126b318920b4ebf3e7', '2026-05-31', '2026-03-02', '2026-03-02', '', NULL);

INSERT INTO session_principal (token_hash, principal_kind, principal_id) VALUES
  ('ff143980dc260826d50b10b3d28a168f1a5dd327c6555ea9a0865597cbc83ffc', 'capability', '22222222-0002-4000-8000-000000000001'),
  ('19472ff04c891f90ad79d587c2cf32132dd757febc0e6d7fc6a6324b38766d0a', 'account', '44444444-0002-4000-8000-000000000001'),
  ('cbca1fe54de5b16d1f68cb40f66070796fbdf28ee87b637eb15c58aa4182272c', 'account', '33333333-0002-4000-8000-000000000001'),
  ('bda25b455be3db0a1349853ed05f3e78b8335ad1bd95f06944021400f1262c4f', 'account', '55555555-0002-4000-8000-000000000001'),
  ('0ec2466c79603bcc48602898142211cc12de50292293e6126b318920b4ebf3e7', 'capability', '99999999-0002-4000-8000-000000000001');

INSERT INTO throttle (bucket, attempts, ends_at) VALUES
  ('4f5665d505f8a1e58a0cdd78ef9f70f12a3a6941265c014bbd60d0c079233a3c', 3, 1773100900),
  ('9310e65ba93b4bbc48ceb24375349760f23a7dc1c1ee2a008a6d3004779febd7', 3, 1773100060);

INSERT INTO event (organization_id, number, happened_on, what, who, year, revision, about) VALUES
  ('11111111-0002-4000-8000-000000000001', 1, '2026-01-05', 'started', '', 2024, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 2, '2026-03-02', 'claimed', 'owner@example.org', NULL, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 3, '2026-03-02', 'ended-link', 'owner@example.org', NULL, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 4, '2026-03-02', 'submitted', 'owner@example.org', 2024, 1, ''),
  ('11111111-0002-4000-8000-000000000001', 5, '2026-03-02', 'began-year', 'owner@example.org', 2025, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 6, '2026-03-03', 'submitted', 'owner@example.org', 2025, 1, ''),
  ('11111111-0002-4000-8000-000000000001', 7, '2026-03-03', 'joined', 'gone@example.org', NULL, NULL, 'Sam ''the "night" shift'' 🌱'),
  ('11111111-0002-4000-8000-000000000001', 8, '2026-03-04', 'amended', 'owner@example.org', 2025, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 9, '2026-03-04', 'joined', 'editor@example.org', NULL, NULL, 'عربي'),
  ('11111111-0002-4000-8000-000000000001', 10, '2026-03-05', 'submitted', 'editor@example.org', 2025, 2, ''),
  ('11111111-0002-4000-8000-000000000001', 11, '2026-03-06', 'began-year', 'editor@example.org', 2026, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 12, '2026-03-08', 'invited', 'owner@example.org', NULL, NULL, 'Kim O''Neil, "nights"'),
  ('88888888-0002-4000-8000-000000000001', 1, '2026-03-02', 'started', '', 2026, NULL, ''),
  ('11111111-0002-4000-8000-000000000001', 13, '2026-03-09', 'downloaded', 'owner@example.org', NULL, NULL, ''),
  ('aaaaaaaa-0002-4000-8000-000000000001', 1, '2026-03-09', 'imported', 'editor@example.org', NULL, NULL, 'archive of 2026-03-09');

INSERT INTO chart (organization_id, digest, content, drawn_on) VALUES
  ('11111111-0002-4000-8000-000000000001', 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', X'89504E470D0A1A0A', '2026-03-05');
