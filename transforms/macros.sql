-- Reading what people and platforms write: one macro a kind of value, used for checking at landing and for casting in
-- staging. A macro matches the whole text or gives NULL, never a guess; the grammar with examples is docs/values.csv
-- (docs/values.md). Macros are expanded in place: each names its argument once or twice, common spellings take a short
-- way out first, and the long way binds the cleaned text to a lambda so that it is computed once.

-- Full-width signs become half-width, tabs and line breaks become blanks, invisible signs and outer blanks go.
-- (Most cells hold none of these signs: looking costs a tenth of translating.)
create or replace temp macro half_width(x) as trim(case
    when regexp_matches(x, '[\x{ff01}-\x{ff5e}\x{3000}\x{2212}\x{a0}\s\x{2000}-\x{200f}\x{202f}\x{2060}\x{feff}]')
        then regexp_replace(regexp_replace(translate(x,
            '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　− ', '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ - '), '[\s\x{a0}\x{2000}-\x{200a}\x{202f}]', ' ', 'g'), '[\x{200b}-\x{200f}\x{2060}\x{feff}]', '', 'g') else x end);

-- What exports and people write for “nothing” is NULL.
create or replace temp macro is_blank(x) as
    x is null or lower(half_width(x)) in ('', '-', '--', '—', '——', '/', '""', 'null', 'none', 'nan', 'nat', 'n/a', '无', '暂无',
    '无数据', '暂无数据');
create or replace temp macro to_text(x) as case when length(trim(x)) > 4 then trim(x) when not is_blank(x)
    then trim(x) end;

-- Numbers. 10万+, 10W+, 100000+, ≥100000, 超10万 and 100001 are a platform's ceiling: at least 100,001.
-- Excel's ="5" is 5. Blanks may part thousands, a number and its unit, nothing else.
create or replace temp macro number_text(x) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(lower(half_width(x)), '萬', '万'),
    '^=?"(.*)"$', '\1'), '^''', ''), '^([0-9]{1,3}) ([0-9]{3}) ?([0-9]{3})?$', '\1\2\3'),
        ' *([约近超]|[万w亿k千余多]|左右|以上|\+|≥|>=?) *', '\1', 'g');
create or replace temp macro is_capped(x) as case when regexp_matches(x, '^[0-9]{0,5}$') then false
    else coalesce(regexp_matches(number_text(x),
    '^(10[万w]([+余多]|以上)|超(10[万w]|100,?000)|100,?000(\+|以上)|[≥>]=?(10[万w]|100,?000)|100,?001(\.0+)?)$'), false) end;
-- 约3000, 3000余, 近2万: a person's estimate.
create or replace temp macro is_estimate(x) as coalesce(regexp_matches(number_text(x), '^[约近超]|[余多]$|左右$|以上$'),
    false);
-- Estimates and ceilings become plain; thousands commas go; 亿, 万, w, 千 and k become powers of ten; 1万2千 is 12000.
-- From a million million on it is no figure of this world but a slip or a trap, and sums of such would leave 64 bits.
create or replace temp macro to_number(x) as list_filter([try_cast(
    replace(replace(replace(replace(replace(replace(
        regexp_extract(
            regexp_replace(regexp_replace(number_text(x), '^(10[万w]([+余多]|以上)|超(10[万w]|100,?000)|100,?000(\+|以上)|[≥>]=?(10[万w]|100,?000))$',
                '100001'),
                '^([0-9]+)万([0-9])千$', '\1\2千'),
            '^[约近超]?([+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?(e\+?[0-9]{1,2}|[万w千k亿])?)(\+|余|多|左右|以上)?$',
                1),
        ',', ''), '万', 'e4'), 'w', 'e4'), '亿', 'e8'), '千', 'e3'), 'k', 'e3') as double)],
            lambda n: abs(n) < 1e12)[1];

-- Whole numbers; 1.2万 is 12000, 1.5 is no count.
create or replace temp macro to_net(x) as case when regexp_matches(x, '^-?[0-9]{1,12}$') then cast(x as bigint)
    else cast(list_filter([to_number(x)], lambda n: n = floor(n))[1] as bigint) end;
create or replace temp macro to_count(x) as case when regexp_matches(x, '^[0-9]{1,12}$') then cast(x as bigint)
    else cast(list_filter([to_number(x)], lambda n: n = floor(n) and n >= 0)[1] as bigint) end;

-- A share in [0, 1]: a fraction, or a text with %. <0.1% is stored as its bound.
create or replace temp macro is_bound(x) as coalesce(starts_with(half_width(x), '<'), false);
create or replace temp macro to_percent(x) as to_number(regexp_replace(half_width(x), '^<|%$', '', 'g'));
create or replace temp macro to_rate(x) as list_filter(
    [case when half_width(x) like '%\%' escape '\' then to_percent(x) / 100 else to_number(x) end],
    lambda r: r between 0 and 1)[1];

-- Durations in seconds: 14.73秒, 92分钟, 1.5小时, 1小时30分, 1分30秒, 1:32:00, 12:40, 5400; below 60 after a larger
-- unit. (Not named to_seconds: DuckDB writes its own intervals with that name.)
create or replace temp macro parted_duration(s) as list_transform([struct_pack(
        h := regexp_extract(s, '^([0-9]+) *(小时|时|h)', 1), m := regexp_extract(s,
            '(?:^|[时h]) *([0-9]+) *(分钟|分|min|m)', 1),
        s := regexp_extract(s, '(?:^|[时h钟分nm]) *([0-9]+) *(秒|s)$', 1))], lambda p: case
    when p.h <> '' and coalesce(try_cast(p.m as integer), 0) > 59 or p.h || p.m <> ''
        and coalesce(try_cast(p.s as integer), 0) > 59 then null
    else coalesce(try_cast(p.h as double), 0) * 3600 + coalesce(try_cast(p.m as double), 0) * 60
        + coalesce(try_cast(p.s as double), 0) end)[1];
create or replace temp macro to_duration(x) as list_filter(list_transform([lower(half_width(x))], lambda s: case
    when regexp_matches(s, '^[0-9]{1,9}:[0-5]?[0-9]:[0-5]?[0-9]$')
    then cast(split_part(s, ':', 1) as double) * 3600 + cast(split_part(s, ':', 2) as double) * 60
        + cast(split_part(s, ':', 3) as double)
    when regexp_matches(s, '^[0-9]{1,9}:[0-5][0-9]$')
    then cast(split_part(s, ':', 1) as double) * 60 + cast(split_part(s, ':', 2) as double)
    when regexp_matches(s,
        '^([0-9]{1,5} *(小时|时|h) *)?[0-9]{1,5} *(分钟|分|min|m) *([0-9]{1,5} *(秒|s))?$|^[0-9]{1,5} *(小时|时|h) *[0-9]{1,5} *(秒|s)$')
    then parted_duration(s)
    when regexp_matches(s, '(分|分钟|min)$') then to_number(regexp_replace(s, '(分|分钟|min)$', '')) * 60
    when regexp_matches(s, '(时|小时|h)$') then to_number(regexp_replace(s, '((小)?时|h)$', '')) * 3600
    else to_number(regexp_replace(s, '(秒|s)$', '')) end), lambda d: d >= 0)[1];
-- How long an event took, where no unit is named: 1:30 may be minutes or hours, 90 seconds or minutes, 1.5 hours,
-- 0.0625 of a day.
create or replace temp macro to_span(x) as case when not regexp_matches(half_width(x),
    '^[0-9]+:[0-9]{1,2}$|^[约近超]?([0-9]{1,2}|[1-5][0-9]{2})(\.[0-9]+)?(\+|余|多|左右)?$')
    then to_duration(x) end;

create or replace temp macro to_bool(x) as case
    when lower(half_width(x)) in ('是', '√', '✓', '✔', '有', '采用', '录用', '已采用', '已录用', 'y', 'yes', 'true', '1', '1.0') then true
    when lower(half_width(x)) in ('否', '×', '✗', '✘', '不是', '未采用', '不采用', '未录用', 'n', 'no', 'false', '0', '0.0') then false end;

-- What a vendor or a person calls a report: 正面, 正向, 积极, Positive, 正面信息, 正面（0.98） are one word.
-- 偏正面, 非负面, 敏感 and codes are none of the three.
create or replace temp macro tone_word(x) as regexp_extract(lower(half_width(x)),
    '^(正[面向]?|积极|positive|负[面向]?|消极|negative|中[性立]?|neutral)(?:信息|报道|舆情|情感|评价)?(?: *\(?[0-9.]+%?\)?)?$', 1);
create or replace temp macro to_tone(x) as case
    when tone_word(x) in ('正', '正面', '正向', '积极', 'positive') then '正面'
    when tone_word(x) in ('负', '负面', '负向', '消极', 'negative') then '负面' when tone_word(x) <> '' then '中性' end;

-- The first address in the cell: what follows a blank or a Chinese sign is no part of it, nor a second one glued to it,
-- nor the ; , . ) of the sentence. www.a.cn/b has no scheme: http.
create or replace temp macro to_url(x) as case when regexp_matches(half_width(x),
    '^(www|m|wap|mp)(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/[^\s]*)?$')
    then 'http://' || regexp_replace(half_width(x), '[;,.!]+$', '')
    else nullif(regexp_replace(regexp_replace(
        regexp_extract(trim(x), '[Hh][Tt][Tt][Pp][Ss]?://[^\s；，、。（）【】《》“”"<>]+', 0),
        '([^=/&?#:%])[Hh][Tt][Tt][Pp][Ss]?://.*$', '\1'), '^([^(]*?)[);,.!'']+$|[;,.!'']+$', '\1', 'g'), '') end;

-- Whether a cell holds text without an address; 无, 暂无, -, / say that there is none.
create or replace temp macro lacks_address(x) as not regexp_matches(x,
    '(?i)https?://[^\s；，、。（）【】《》“”"<>]|^\s*(www|m|wap|mp)(\.[a-z0-9-]+)+(:[0-9]+)?(/[^\s]*)?\s*$|^[\s\x{3000}\x{a0}\x{200b}\x{feff}]*([-—－]+|[/／]|""|null|none|nan|n/a|无|暂无|没有|[暂]?无链接)?[\s\x{3000}\x{a0}\x{200b}\x{feff}]*$');

-- Identifiers: what Excel rounded to fifteen digits (7.24E+18, or zeros from the sixteenth digit on) names no work.
-- 7240010000000007123.0 (pandas), '724… and ="724…" (Excel), 7,240,… are the identifier as it was.
create or replace temp macro id_text(x) as case when regexp_matches(x, '^[0-9]+$') then x
    else regexp_replace(regexp_replace(half_width(x), '^(=?"|'')|"$|\.0+$', '', 'g'),
        '^([0-9]{1,3}),([0-9]{3}),([0-9]{3}),([0-9]{3}),([0-9]{3})(?:,([0-9]{3}))?(?:,([0-9]{3}))?$', '\1\2\3\4\5\6\7') end;
create or replace temp macro is_rounded_id(x) as coalesce(regexp_matches(id_text(x),
    '^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$|^[1-9][0-9]{14}00+$'), false);
create or replace temp macro to_id(x) as case when regexp_matches(x, '^[0-9]*[1-9]0?$') then x
    when not is_rounded_id(x) then to_text(id_text(x)) end;

-- Dates and clocks. A year that the cell lacks comes from the table's title, sheet or file name (default_year).
create or replace temp macro ymd(y, m, d) as try_cast(y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') as date);
-- A wall clock of UTC as that of the office: the connection's time zone, from `timezone` in pipeline.toml.
create or replace temp macro from_utc(w) as cast(cast(cast(w as varchar) || '+00:00' as timestamptz) as timestamp);
-- Unix seconds or milliseconds as the office's wall clock.
create or replace temp macro unix_moment(s) as
    from_utc(timestamp '1970-01-01 00:00:00' + interval 1 second * cast(substr(s, 1, 10) as bigint));
create or replace temp macro hms_seconds(t) as try_cast(split_part(t, ':', 1) as bigint) * 3600
    + try_cast(split_part(t, ':', 2) as bigint) * 60 + coalesce(try_cast(split_part(t, ':', 3) as bigint), 0);

-- What platforms write most: 2023-06-01, also with a clock, 20230601, 2023/6/1. NULL says only that the long way must
-- look.
create or replace temp macro plain_day(x) as case
    when regexp_matches(x, '^[12][0-9]{3}(-[0-9]{2}-[0-9]{2}|/[0-9]{1,2}/[0-9]{1,2})$') then try_cast(x as date)
    when regexp_matches(x, '^(19|20)[0-9]{6}$') then ymd(substr(x, 1, 4), substr(x, 5, 2), substr(x, 7, 2))
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$')
    then try_cast(substr(x, 1, 10) as date) end;

-- The day as written: 2023-6-1, 2023/6/1, 2023.6.1, 2023年6月1日, 6月1日, 6.1.
create or replace temp macro day_pattern() as ('(?:[12][0-9]{3} *- *[0-9]{1,2} *- *[0-9]{1,2}|[12][0-9]{3} */ *[0-9]{1,2} */ *[0-9]{1,2}'
    || '|[12][0-9]{3} *\. *[0-9]{1,2} *\. *[0-9]{1,2}|(?:[12][0-9]{3} *年 *)?[0-9]{1,2} *月 *[0-9]{1,2}(?: *[日号])?|[0-9]{1,2}\.[0-9]{1,2})');
-- A moment, whole: 1 day (also 20230601, 1-Jun-2023, Thu, 1 Jun 2023), 2 day of the week, 3 part of the day, 4 clock, 5
-- AM/PM, 6 zone.
create or replace temp macro moment_pattern() as ('^(' || day_pattern()
    || '|(?:19|20)[0-9]{6}|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2}|(?:[A-Za-z]{3}, *)?[0-9]{1,2} [A-Za-z]{3} [0-9]{4})'
    || '(?: *\(?(?:星期|周)([一二三四五六日天])\)?)?'
    || '(?:(?: +|T)(?:(凌晨|清晨|早晨|早上|上午|中午|下午|午后|傍晚|晚上|晚间|深夜|夜里|夜间|晚|早|[AaPp]\.?[Mm]\.?) *)?'
    || '((?:[01]?[0-9]|2[0-4])(?::[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?'
    || '| *[点时](?: *(?:半|整|钟|一刻|三刻|[0-5]?[0-9](?: *分(?: *[0-5]?[0-9] *秒)?)?))?))?(?: *([AaPp]\.?[Mm]\.?))?'
    || '(?: *\(?(Z|UTC|GMT|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)\)?)?)?$');
-- Words that part the day from the clock get blanks around them; GDELT's 20230601T083000Z gets its signs.
-- (A lambda in a lambda costs the engine twice the time to plan: steps follow one another instead.)
create or replace temp macro moment_parts(x) as list_transform(list_transform([half_width(x)],
    lambda cell: struct_pack(cell := cell,
        s := trim(regexp_replace(regexp_replace(regexp_replace(replace(cell, '北京时间', '+08:00'), '^([0-9]+)\.0+$', '\1'),
            '^([0-9]{4})([0-9]{2})([0-9]{2})T?([0-9]{2})([0-9]{2})([0-9]{2})(Z?)$', '\1-\2-\3T\4:\5:\6\7'),
            ' *(\(?(?:星期|周)[一二三四五六日天]\)?|凌晨|清晨|早晨|早上|上午|中午|下午|午后|傍晚|晚上|晚间|深夜|夜里|夜间|晚|早|日|号) *', ' \1 ', 'g')))),
    lambda t: struct_pack(cell := t.cell, has_t := contains(t.s, 'T'),
        m := regexp_extract(t.s, moment_pattern(), ['day', 'weekday', 'part', 'clock', 'half', 'zone'])));
-- A day from its text and the numbers in it.
create or replace temp macro written_day(d, n, default_year) as case
    when regexp_matches(d, '[A-Za-z]')
    then cast(try_strptime(regexp_replace(d, '^[A-Za-z]{3}, *', ''), ['%d-%b-%y', '%d-%b-%Y', '%d %b %Y']) as date)
    when len(n) = 1 then ymd(substr(n[1], 1, 4), substr(n[1], 5, 2), substr(n[1], 7, 2))
    when len(n) = 2 then ymd(cast(default_year as varchar), n[1], n[2])
    else ymd(n[1], n[2], n[3]) end;
-- The hour of 24 that an hour and a part of the day mean; NULL where they contradict each other (上午 15点) or leave it
-- open (晚 12点).
create or replace temp macro hour_of_day(h, part) as case
    when part = '' then h
    when part = 'am' and h between 1 and 12 then h % 12
    when part = 'pm' and h between 1 and 12 then h % 12 + 12
    when part = 'pm' and h between 13 and 23 then h
    when part = '凌晨' and (h <= 6 or h = 12) then h % 12
    when part in ('清晨', '早晨', '早上', '早') and h between 4 and 11 then h
    when part = '上午' and h <= 11 then h
    when part = '中午' and h in (11, 12, 13, 14) then h
    when part = '中午' and h in (1, 2) then h + 12
    when part in ('下午', '午后') and h between 1 and 11 then h + 12
    when part in ('下午', '午后') and h between 12 and 18 then h
    when part = '傍晚' and h between 4 and 8 then h + 12
    when part = '傍晚' and h between 16 and 20 then h
    when part in ('晚上', '晚间', '深夜', '夜里', '夜间', '晚') and h between 5 and 11 then h + 12
    when part in ('晚上', '晚间', '深夜', '夜里', '夜间', '晚') and h between 17 and 23 then h end;
-- Seconds of the day from a clock's text, the numbers in it and its first number.
create or replace temp macro written_seconds(clock, n, hour, part) as hour_of_day(hour, part) * 3600
    + coalesce(cast(n[3] as integer), 0)
    + case when ends_with(clock, '半') then 30 when ends_with(clock, '一刻') then 15 when ends_with(clock, '三刻')
        then 45
        else coalesce(cast(n[2] as integer), 0) end * 60;
-- Minutes east of Greenwich from +08:00, +0800, UTC+8, Z.
create or replace temp macro zone_minutes(zone) as coalesce(try_cast(regexp_extract(zone,
    '([+-][0-9]{1,2})(?::?([0-9]{2}))?$', 1) as integer), 0) * 60
    + coalesce(try_cast(regexp_extract(zone, '([+-][0-9]{1,2})(?::?([0-9]{2}))?$', 2) as integer), 0) * case
        when contains(zone, '-') then -1 else 1 end;
-- The office's wall clock; a bare day is its midnight, 24:00 the end of its day. A zone needs a clock; -10:00 without
-- seconds or T is none but the end of 9:00-10:00; no zone on earth is beyond -12:00 and +14:00; a day of the week must
-- be that day's.
create or replace temp macro written_moment(x, default_year) as
    list_transform(list_transform(list_transform(moment_parts(x),
        lambda p: struct_pack(cell := p.cell, m := p.m, has_t := p.has_t,
            part := replace(lower(p.m.part || p.m.half), '.', ''), dated := regexp_extract_all(p.m.day, '[0-9]+'),
                timed := regexp_extract_all(p.m.clock, '[0-9]+'),
            hour := try_cast(regexp_extract(p.m.clock, '^[0-9]+') as integer))),
        lambda q: struct_pack(cell := q.cell, weekday := q.m.weekday, zone := q.m.zone,
            is_odd := q.m.clock = '' and (q.m.zone <> '' or q.part in ('am', 'pm')) or starts_with(q.m.zone, '-')
                and not q.has_t and not regexp_matches(q.m.clock, ':.*:'),
            d := case when q.m.day <> '' then written_day(q.m.day, q.dated, default_year) end,
            seconds := case when q.m.clock <> '' then written_seconds(q.m.clock, q.timed, q.hour, q.part) else 0 end,
                east := zone_minutes(q.m.zone))),
        lambda r: case
            when regexp_matches(r.cell, '^[2-5][0-9]{4}(\.[0-9]+)?$')
            then cast(date '1899-12-30' + cast(floor(cast(r.cell as double)) as integer) as timestamp)
                + interval 1 second
                    * cast(round((cast(r.cell as double) - floor(cast(r.cell as double))) * 86400) as bigint)
            when regexp_matches(r.cell, '^1[0-9]{9}([0-9]{3})?(\.0+)?$') then unix_moment(r.cell)
            when r.is_odd or r.seconds > 86400 or r.east not between -720 and 840 then null
            when r.weekday <> '' and date_diff('day', date '1970-01-05', r.d) % 7 <> instr('一二三四五六日',
                replace(r.weekday, '天', '日')) - 1 then null
            when r.zone <> '' then from_utc(cast(r.d as timestamp) + interval 1 second * (r.seconds - 60 * r.east))
            else cast(r.d as timestamp) + interval 1 second * r.seconds end)[1];
create or replace temp macro to_moment(x, default_year) as coalesce(cast(plain_day(x) as timestamp)
    + interval 1 second * case when regexp_matches(x, '^.{10} [0-9]{2}:[0-9]{2}(:[0-9]{2})?$')
        then hms_seconds(substr(x, 12)) else 0 end,
    written_moment(x, default_year));
create or replace temp macro to_day(x, default_year) as
    coalesce(plain_day(x), cast(written_moment(x, default_year) as date));
-- Whether the cell gives a clock time, or a day only (precision “day”).
create or replace temp macro has_clock(x) as case
    when plain_day(x) is not null then length(x) > 10
    else coalesce(list_transform(moment_parts(x), lambda p: p.m.clock <> ''
        or regexp_matches(p.cell, '^1[0-9]{9}([0-9]{3})?(\.0+)?$|^[2-5][0-9]{4}\.[0-9]*[1-9]'))[1], false) end;
-- Seconds of the day; NULL when the cell gives a day only.
create or replace temp macro clock_seconds(x) as case when has_clock(x) then list_transform([to_moment(x, 2000)],
    lambda m: date_part('hour', m) * 3600 + date_part('minute', m) * 60 + date_part('second', m))[1] end;
create or replace temp macro to_instant(x, default_year) as cast(to_moment(x, default_year) as timestamptz);

-- Times as web pages show them, counted from the moment the page was saved (the office's wall clock).
create or replace temp macro is_relative(x) as coalesce(regexp_matches(half_width(x),
    '^(刚刚|[0-9]{1,3} *(秒|分钟|小时|天|周)前|(今天|昨天|前天)( *([01]?[0-9]|2[0-3]):[0-5][0-9])?)$'), false);
create or replace temp macro relative_moment(x, saved) as case when is_relative(x) then list_transform(
    [struct_pack(s := half_width(x), n := coalesce(try_cast(regexp_extract(half_width(x), '^[0-9]+') as integer), 0))],
        lambda r: case
    when regexp_matches(r.s, '分钟前$') then saved - interval 1 minute * r.n
    when regexp_matches(r.s, '小时前$') then saved - interval 1 hour * r.n
    when regexp_matches(r.s, '[天周]前$')
    then cast(cast(saved as date) - r.n * case when r.s like '%周前' then 7 else 1 end as timestamp)
    when regexp_matches(r.s, '^[今昨前]天') then cast(cast(saved as date)
        - case substr(r.s, 1, 1) when '昨' then 1 when '前' then 2 else 0 end as timestamp)
        + interval 1 second * coalesce(hms_seconds(regexp_extract(r.s, '[0-9]+:[0-9]+$', 0)), 0)
    else saved end)[1] end;
-- Whether such a time is good to the minute: 2小时前 and 3天前 are not.
create or replace temp macro relative_has_clock(x) as regexp_matches(half_width(x), '刚刚|秒前|分钟前|:');

-- Days from one to another, in columns that mean a stretch: 7月15日-17日, 2026/7/15-7/17, 6月10、11日, 12.28-1.3 (into
-- the new year, at most 92 days); NULL for a single day and for what ends before it begins.
create or replace temp macro range_pattern() as ('^(' || day_pattern()
    || ')(?: *、 *[0-9]{1,2}(?: *[日号])?)* *(?:[-~—–―─]+|至|到|、) *'
    || '(?:(?:([12][0-9]{3}) *[-/.年] *)?([0-9]{1,2}) *[-/.月] *)?([0-9]{1,2})(?: *[日号])?$');
create or replace temp macro range_days(x,
    default_year) as list_transform(list_transform(list_transform([half_width(x)], lambda s: struct_pack(
        a := regexp_extract(s, range_pattern(), 1), y := regexp_extract(s, range_pattern(), 2),
        m := regexp_extract(s, range_pattern(), 3), d := regexp_extract(s, range_pattern(), 4))), lambda p: struct_pack(
        a := case when p.a <> '' then written_day(p.a, regexp_extract_all(p.a, '[0-9]+'), default_year) end, y := p.y,
            m := p.m, d := p.d)),
    lambda r: list_filter([r.a,
            ymd(coalesce(nullif(r.y, ''), cast(date_part('year', r.a) as varchar)),
                coalesce(nullif(r.m, ''), cast(date_part('month', r.a) as varchar)), r.d),
            case when r.y = '' and r.m <> '' then ymd(cast(date_part('year', r.a) + 1 as varchar), r.m, r.d) end],
        lambda e: e >= r.a and (e <= r.a + 92 or r.y <> '')))[1];
create or replace temp macro to_range_end(x, default_year) as case
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}( [0-9:]{5,8})?$') then null
    else range_days(x, default_year)[2] end;
create or replace temp macro to_range_start(x, default_year) as coalesce(to_day(x, default_year), list_filter([case
    when not regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}( [0-9:]{5,8})?$')
    then range_days(x, default_year) end], lambda r: len(r) > 1)[1][1]);

-- A month as its first day: 2026-07, 2026年7月, 202607, 7月, or any day in it.
create or replace temp macro to_month(x, default_year) as coalesce(list_transform([half_width(x)], lambda s: case
    when regexp_matches(s, '^[12][0-9]{3} *[-/.] *[0-9]{1,2}$|^[12][0-9]{3} *年 *[0-9]{1,2} *月份?$')
    then ymd(substr(s, 1, 4), regexp_extract(s, '^[0-9]{4} *[-/.年] *([0-9]{1,2})', 1), '1')
    when regexp_matches(s, '^20[0-9]{4}(\.0+)?$') then ymd(substr(s, 1, 4), substr(s, 5, 2), '1')
    when regexp_matches(s, '^[0-9]{1,2} *月份?$') then ymd(cast(default_year as varchar),
        regexp_extract(s, '^([0-9]{1,2})', 1), '1') end)[1],
    cast(date_trunc('month', to_day(x, default_year)) as date));

-- Free text for people: a mobile number keeps its first and last digits, an identity number its first six; raw keeps
-- all.
create or replace temp macro masked(x) as regexp_replace(regexp_replace(x,
    '(^|[^0-9])([1-9][0-9]{5})(19|20)[0-9]{9}[0-9Xx]([^0-9]|$)', '\1\2************\4', 'g'),
    '(^|[^0-9])(1[3-9][0-9])[ -]?[0-9]{4}[ -]?([0-9]{4})([^0-9]|$)', '\1\2****\3\4', 'g');

-- Titles for comparison: without 【…】, site endings, signs and blanks.
create or replace temp macro plain_title(x) as nullif(regexp_replace(regexp_replace(lower(half_width(x)),
    '【[^】]*】|(_[^_]{1,12}){1,2}$|--[^-]{1,12}$', '', 'g'), '[^0-9a-z\x{3400}-\x{9fff}]', '', 'g'), '');

-- Captions as part of a key: only blanks, width and case are levelled; signs, 【上】 and emoji tell works apart.
create or replace temp macro to_caption(x) as case when regexp_matches(x, '^[0-9a-z\x{4e00}-\x{9fff}]+$') then x
    else nullif(regexp_replace(lower(half_width(x)), '[\s\x{200b}-\x{200f}\x{2060}\x{feff}]', '', 'g'), '') end;

-- What kind of work it is: platforms name one kind in many ways (1min-视频, 1-3min视频, 短视频 are 视频; 图集, 图文笔记
-- are 图文).
create or replace temp macro work_kind(x) as case when contains(x, '视频') then '视频'
    when regexp_matches(x, '图文|图片|图集') then '图文' else to_text(half_width(x)) end;

-- Addresses for comparison. One article has many: case of scheme and host, the scheme's own port, www. m. wap. 3g.,
-- percent signs, &amp;, and what sharing and counting hang on. A route (#/… or #!…) is part of the address, any other
-- fragment is none.
-- A site's front page is the address of none.
create or replace temp macro url_part(x, name) as nullif(regexp_extract(x, '[?&]' || name || '=([^&#]*)', 1), '');
create or replace temp macro wechat_article_id(x) as url_part(replace(x, '&amp;', '&'), 'mid') || '_'
    || url_part(replace(x, '&amp;', '&'), 'idx');
-- Redirects of Google and Bing carry the real address in their query; one that is no UTF-8 (DuckDB would stop) leaves
-- the redirect as it is.
create or replace temp macro unwrapped_url(x) as case
    when regexp_matches(x, '//(www\.)?(google|bing)\.[a-z.]+/.*[?&]url=http')
        then coalesce(try(url_decode(url_part(x, 'url'))), to_url(x))
    else to_url(x) end;
create or replace temp macro url_host(u) as nullif(regexp_replace(regexp_replace(lower(regexp_extract(u,
    '^([A-Za-z]+://[^/?#]*)', 1)),
    '^(http://.*):80$|^(https://.*):443$', '\1\2'), '^https?://(www\.|m\.|wap\.|3g\.)?', ''), '');
-- %e4%bd is %E4%BD is 你: all is decoded, but where a sign with a meaning of its own (%2F, %26, …) would be; then the
-- case is levelled.
create or replace temp macro plain_percent(u) as case
    when not contains(u, '%') then u
    when regexp_matches(u, '%([01][0-9A-Fa-f]|2[0-9A-CFa-cf]|3[A-Fa-f]|40|5[B-Eb-e]|60|7[B-DFb-df]|[^0-9A-Fa-f]|.?$)')
    then array_to_string(list_transform(string_split(u, '%'), lambda part: case
        when regexp_matches(part, '^[0-9A-Fa-f]{2}')
        then upper(left(part, 2)) || substr(part, 3) else part end), '%')
    else coalesce(try(url_decode(u)), u) end;
-- What says how somebody came to the page; from=, scene=, key=, wm= say only that on the pages of a few
-- (from=timeline everywhere: 微信 adds it).
create or replace temp macro untracked(u, host) as list_transform([regexp_replace(u,
    '([?&])((utm_[a-z]+|spm|spm_id_from|scm|click_id|poc_token|j?sessionid|share_token|isappinstalled|tt_from|commTag|chksm|fbclid|gclid|msclkid)=[^&#]*&?|from=(timeline|singlemessage|groupmessage)(&|$))+', '\1', 'g')],
    lambda clean: case when regexp_matches(host,
        '(^|\.)(weibo\.(com|cn)|sina\.(com\.)?cn|qq\.com|sohu\.com|163\.com|bilibili\.com|xiaohongshu\.com|douyin\.com|kuaishou\.com)$')
        then regexp_replace(clean, '([?&])((from|scene|key|wm|share_[a-z]+|vd_source|xsec_[a-z]+)=[^&#]*&?)+', '\1',
            'g') else clean end)[1];
create or replace temp macro plain_url(u) as list_transform([struct_pack(host := url_host(u),
        path := regexp_replace(regexp_replace(u, '^[A-Za-z]+://[^/?#]*', ''), '#([^/!].*)?$|;jsessionid=[^?#]*', '',
            'g'))],
    lambda a: case when a.host in ('toutiao.com', 'toutiaocdn.com')
        and regexp_matches(a.path, '^/((i|a)|(article|group|item|video|w)/)?[0-9]{12,}')
        then 'toutiao.com/' || regexp_extract(a.path, '[0-9]{12,}', 0)
        when a.host = 'toutiao.com' then regexp_replace(a.host || a.path, '/?([?#].*)?$', '')
        else nullif(regexp_replace(regexp_replace(a.host || plain_percent(untracked(a.path, a.host)), '[?&]+(#|$)',
            '\1', 'g'), '[?&/]+$|^[^/?#]*(/(index|default)\.[a-z]+)?[?&/]*$', ''), '') end)[1];
create or replace temp macro canonical_url(x) as list_transform([replace(replace(unwrapped_url(x), '&amp;', '&'),
    '&amp;', '&')], lambda u: case
    when url_host(u) = 'mp.weixin.qq.com' and url_part(u, 'mid') is not null and url_part(u, 'idx') is not null
    then 'mp.weixin.qq.com/s?' || coalesce('__biz=' || replace(replace(url_part(u, '__biz'), '%3D', '='), '%3d', '=')
        || '&', '')
        || 'mid=' || url_part(u, 'mid') || '&idx=' || url_part(u, 'idx')
    when url_host(u) = 'mp.weixin.qq.com' and regexp_matches(u, '//[^/]*/s/[A-Za-z0-9_-]+')
    then 'mp.weixin.qq.com/s/' || regexp_extract(u, '//[^/]*/s/([A-Za-z0-9_-]+)', 1)
    else plain_url(u) end)[1];

-- A file's name without its ending, copy marks and dates: 活动台账(1).xlsx, 活动台账 - 副本.xlsx and
-- 2023年6月活动台账.xlsx are one name.
create or replace temp macro plain_file_name(x) as regexp_replace(regexp_replace(regexp_replace(lower(half_width(x)),
    '\.[a-z0-9]{1,5}$', ''),
    '\([0-9]+\)|[-_ ]*(副本|拷贝|复件|copy)( *\(?[0-9]+\)?)?|(19|20)[0-9]{2}([-._/年 ]?[0-9]{1,2}([-._/月 ]?[0-9]{1,2})?)?[年月日号]?|[0-9]{1,2}月([0-9]{1,2}[日号])?|[0-9]{1,2}\.[0-9]{1,2}|第?[一二三四1-4]季度|第[0-9]{1,2}周', '', 'g'),
    '[-_ .()]+', '', 'g');

-- A unit's name for comparison: a municipality's prefix, a district's 区 and the words of its bureau (局, 执法局 …) go; the
-- bare name stays. NULL when nothing is left of it.
create or replace temp macro plain_unit(x) as
    nullif(regexp_replace(regexp_replace(regexp_replace(regexp_replace(half_width(x), '\s+', '', 'g'),
    '^(中国)?(北京|天津|上海|重庆)市?', ''),
    '(城市管理(综合)?(行政)?执法局?|城市?管(理)?(综合)?(行政)?(执法)?(局|大队|支队)?|综合(行政)?执法(局|大队|支队)?|(行政)?执法(局|大队|支队)|局|大队|支队)(机关|办公室|宣传(科|处|部|中心)?|政治处|综合科)?$', ''),
    '(新区|区|县)$', ''), '');

-- Of the rows with one key, the one that came last; a key of several columns is given in brackets.
create or replace temp macro is_latest(key, load_seq, sheet, line) as
    row_number() over (partition by key order by load_seq desc, sheet desc, line desc) = 1;

-- The last value that is known: newer files say more, and an empty cell takes nothing back.
create or replace temp macro latest(x, version) as max_by(x, version) filter (where x is not null);
