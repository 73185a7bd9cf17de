-- Reading what people and platforms write: one macro a kind of value, used for checking at landing and for casting in staging.
-- Text that a macro cannot read gives NULL, never a guess. Macros are expanded in place: each names its argument once or twice,
-- common spellings take a short way out first, and the long way binds the cleaned text to a lambda so that it is computed once.

-- Full-width signs become half-width, outer blanks go.
-- (Most cells hold none of these signs: looking costs a tenth of translating.)
create or replace temp macro half_width(x) as trim(case when regexp_matches(x, '[\x{ff01}-\x{ff5e}\x{3000}\x{2212}\x{a0}]') then translate(x, '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　− ', '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ - ') else x end);

-- What exports and people write for “nothing” is NULL.
create or replace temp macro is_blank(x) as
    x is null or lower(half_width(x)) in ('', '-', '--', '—', '——', '/', '""', 'null', 'none', 'nan', '无');
create or replace temp macro to_text(x) as case when length(trim(x)) > 4 then trim(x) when not is_blank(x) then trim(x) end;

-- Numbers. 10万+, 10W+, 100000+, ≥100000 and 100001 are a platform's ceiling: at least 100,001.
create or replace temp macro number_text(x) as replace(lower(half_width(x)), ' ', '');
create or replace temp macro is_capped(x) as case when regexp_matches(x, '^[0-9]{0,5}$') then false else coalesce(regexp_matches(number_text(x),
    '^(10[万w]\+|100,?000\+|[≥>]=?(10[万w]|100,?000)|100,?001(\.0+)?)$'), false) end;
-- 约3000, 3000余, 近2万: a person's estimate.
create or replace temp macro is_estimate(x) as coalesce(regexp_matches(number_text(x), '^[约近超]|[余多]$|左右$'), false);
-- Estimates and ceilings become plain; thousands commas go; 万, w and 亿 become powers of ten. From a million million on it is no
-- figure of this world but a slip or a trap, and sums of such would leave 64 bits.
create or replace temp macro to_number(x) as list_filter([try_cast(
    replace(replace(replace(replace(
        regexp_extract(
            regexp_replace(number_text(x), '^(10[万w]\+|100,?000\+|[≥>]=?(10[万w]|100,?000))$', '100001'),
            '^[约近超]?([+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?(e\+?[0-9]{1,2}|[万w亿])?)(\+|余|多|左右)?$', 1),
        ',', ''), '万', 'e4'), 'w', 'e4'), '亿', 'e8') as double)], lambda n: abs(n) < 1e12)[1];

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

-- Durations in seconds: 14.73秒, 92分钟, 1.5小时, 1:32:00, 12:40, 5400.
-- (Not named to_seconds: DuckDB writes its own intervals with that name.)
create or replace temp macro to_duration(x) as list_transform([lower(half_width(x))], lambda s: case
    when regexp_matches(s, '^[0-9]{1,9}:[0-9]{1,2}:[0-9]{1,2}$')
    then cast(split_part(s, ':', 1) as double) * 3600 + cast(split_part(s, ':', 2) as double) * 60 + cast(split_part(s, ':', 3) as double)
    when regexp_matches(s, '^[0-9]{1,9}:[0-9]{1,2}$')
    then cast(split_part(s, ':', 1) as double) * 60 + cast(split_part(s, ':', 2) as double)
    when regexp_matches(s, '(分|分钟)$') then to_number(regexp_replace(s, '(分|分钟)$', '')) * 60
    when regexp_matches(s, '(时|小时)$') then to_number(regexp_replace(s, '(小)?时$', '')) * 3600
    else to_number(regexp_replace(s, '(秒|s)$', '')) end)[1];

create or replace temp macro to_bool(x) as case
    when lower(half_width(x)) in ('是', '√', 'y', 'yes', 'true', '1', '1.0') then true
    when lower(half_width(x)) in ('否', '×', 'n', 'no', 'false', '0', '0.0') then false end;

-- The first address in the cell.
create or replace temp macro to_url(x) as nullif(regexp_extract(trim(x), 'https?://[^\s；，、"<>]+', 0), '');

-- Dates. A year that the cell lacks comes from the table's title, sheet or file name (default_year).
create or replace temp macro ymd(y, m, d) as try_cast(y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') as date);
-- A wall clock of UTC as that of the office: the connection's time zone, from `timezone` in pipeline.toml.
create or replace temp macro from_utc(w) as cast(cast(cast(w as varchar) || '+00:00' as timestamptz) as timestamp);
-- Unix seconds or milliseconds as the office's wall clock.
create or replace temp macro unix_moment(s) as
    from_utc(timestamp '1970-01-01 00:00:00' + interval 1 second * cast(substr(s, 1, 10) as bigint));
-- Moments with an offset or in UTC (feeds, GDELT) as the office's wall clock.
create or replace temp macro is_offset_moment(s) as regexp_matches(s,
    '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})$|^[0-9]{8}T[0-9]{6}Z$|^[A-Za-z]{3}, [0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9:]{8} (GMT|UTC|[+-][0-9]{4})$');
create or replace temp macro offset_moment(s) as list_transform([struct_pack(
        wall := coalesce(
            try_strptime(regexp_replace(s, '(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})$', ''), ['%Y-%m-%dT%H:%M:%S', '%Y%m%dT%H%M%S']),
            try_strptime(regexp_extract(s, ', ([0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9:]{8})', 1), '%d %b %Y %H:%M:%S')),
        zone := regexp_extract(s, '([+-][0-9]{2}):?[0-9]{2}$', 1), half := regexp_extract(s, '[+-][0-9]{2}:?([0-9]{2})$', 1))],
    lambda m: from_utc(m.wall - interval 1 minute * (60 * coalesce(try_cast(m.zone as integer), 0)
        + case when starts_with(m.zone, '-') then -1 else 1 end * coalesce(try_cast(m.half as integer), 0))))[1];
create or replace temp macro to_day(x, default_year) as case
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$') then try_cast(x as date)
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$') then try_cast(substr(x, 1, 10) as date)
    else list_transform([half_width(x)], lambda s: case
        when is_offset_moment(s) then cast(offset_moment(s) as date)
        when regexp_matches(s, '^[0-9]{1,2}-[A-Za-z]{3}-([0-9]{2}|[0-9]{4})([^0-9]|$)')
        then cast(try_strptime(regexp_extract(s, '^[0-9]{1,2}-[A-Za-z]{3}-[0-9]+', 0), ['%d-%b-%y', '%d-%b-%Y']) as date)
        when regexp_matches(s, '^[12][0-9]{3} *[-/.年] *[0-9]{1,2} *[-/.月] *[0-9]{1,2}([^0-9]|$)')
        then ymd(substr(s, 1, 4), regexp_extract(s, '^[0-9]{4} *[-/.年] *([0-9]{1,2})', 1),
            regexp_extract(s, '^[0-9]{4} *[-/.年] *[0-9]{1,2} *[-/.月] *([0-9]{1,2})', 1))
        when regexp_matches(s, '^(19|20)[0-9]{6}(\.0+)?$') then ymd(substr(s, 1, 4), substr(s, 5, 2), substr(s, 7, 2))
        when regexp_matches(s, '^[2-5][0-9]{4}(\.[0-9]+)?$') then date '1899-12-30' + cast(floor(cast(s as double)) as integer)
        when regexp_matches(s, '^1[0-9]{9}([0-9]{3})?(\.0+)?$') then cast(unix_moment(s) as date)
        when regexp_matches(s, '^[0-9]{1,2} *[月.] *[0-9]{1,2}(日|号)?([^0-9.]|$)')
        then ymd(cast(default_year as varchar), regexp_extract(s, '^([0-9]{1,2})', 1),
            regexp_extract(s, '^[0-9]{1,2} *[月.] *([0-9]{1,2})', 1)) end)[1] end;

-- Clock time in a cell as seconds of the day; NULL when the cell gives a day only (precision “day”).
create or replace temp macro clock_text(x) as regexp_extract(half_width(x),
    '(?:^|[^0-9:])((?:[01]?[0-9]|2[0-3])[:时][0-5]?[0-9](?:[:分][0-5]?[0-9])?)(?:[^0-9:]|$)', 1);
create or replace temp macro hms_seconds(t) as try_cast(split_part(t, ':', 1) as bigint) * 3600
    + try_cast(split_part(t, ':', 2) as bigint) * 60 + coalesce(try_cast(split_part(t, ':', 3) as bigint), 0);
create or replace temp macro moment_seconds(w) as list_transform([w],
    lambda m: date_part('hour', m) * 3600 + date_part('minute', m) * 60 + date_part('second', m))[1];
create or replace temp macro clock_seconds(x) as case
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$') then null
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$') then hms_seconds(substr(x, 12))
    when regexp_matches(x, '^1[0-9]{9}([0-9]{3})?(\.0+)?$') then moment_seconds(unix_moment(x))
    when regexp_matches(x, '^[2-5][0-9]{4}\.[0-9]*[1-9][0-9]*$')
    then cast(round((cast(x as double) - floor(cast(x as double))) * 86400) as bigint)
    when is_offset_moment(trim(x)) then moment_seconds(offset_moment(trim(x)))
    else list_transform([translate(clock_text(x), '时分', '::')], lambda t: hms_seconds(t))[1]
        + case when regexp_matches(x, '[0-9] ?[Pp][Mm]') and not regexp_matches(x, '(^|[^0-9])12:') then 43200
            when regexp_matches(x, '(^|[^0-9])12:[0-9]{2} ?[Aa][Mm]') then -43200 else 0 end end;
create or replace temp macro has_clock(x) as clock_seconds(x) is not null;
-- The office's wall clock; a bare day is its midnight.
create or replace temp macro to_moment(x, default_year) as
    cast(to_day(x, default_year) as timestamp) + interval 1 second * coalesce(clock_seconds(x), 0);
create or replace temp macro to_instant(x, default_year) as cast(to_moment(x, default_year) as timestamptz);

-- Times as web pages show them, counted from the moment the page was saved (the office's wall clock).
create or replace temp macro is_relative(x) as coalesce(regexp_matches(half_width(x),
    '^(刚刚|[0-9]{1,3} *(秒|分钟|小时|天|周)前|(今天|昨天|前天)( *[0-9]{1,2}:[0-9]{2})?)$'), false);
create or replace temp macro relative_moment(x, saved) as case when is_relative(x) then list_transform(
    [struct_pack(s := half_width(x), n := coalesce(try_cast(regexp_extract(half_width(x), '^[0-9]+') as integer), 0))], lambda r: case
    when regexp_matches(r.s, '分钟前$') then saved - interval 1 minute * r.n
    when regexp_matches(r.s, '小时前$') then saved - interval 1 hour * r.n
    when regexp_matches(r.s, '[天周]前$')
    then cast(cast(saved as date) - r.n * case when r.s like '%周前' then 7 else 1 end as timestamp)
    when regexp_matches(r.s, '^[今昨前]天') then cast(cast(saved as date)
        - case substr(r.s, 1, 1) when '昨' then 1 when '前' then 2 else 0 end as timestamp)
        + interval 1 second * coalesce(clock_seconds(r.s), 0)
    else saved end)[1] end;
-- Whether such a time is good to the minute: 2小时前 and 3天前 are not.
create or replace temp macro relative_has_clock(x) as regexp_matches(half_width(x), '刚刚|秒前|分钟前|:');

-- The last day of a range such as 7月15日-17日 or 2026/7/15-7/17; NULL for a single day.
create or replace temp macro to_range_end(x, default_year) as case
    when regexp_matches(x, '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}') and not regexp_matches(x, '[~—–至到]') then null
    else list_transform([[
            regexp_extract(half_width(x), '[0-9日] *[-~—–至到] *(?:[0-9]{4}[-/.年])?([0-9]{1,2}[-月./])?[0-9]{1,2}日?$', 1),
            regexp_extract(half_width(x), '[0-9日] *[-~—–至到] *(?:[0-9]{4}[-/.年])?(?:[0-9]{1,2}[-月./])?([0-9]{1,2})日?$', 1),
            cast(to_day(x, default_year) as varchar)]],
        lambda p: ymd(substr(p[3], 1, 4), coalesce(nullif(regexp_extract(p[1], '^[0-9]+', 0), ''), substr(p[3], 6, 2)), p[2]))[1] end;

-- A month as its first day: 2026-07, 2026年7月, 202607, 7月, or any day in it.
create or replace temp macro to_month(x, default_year) as list_transform([half_width(x)], lambda s: case
    when regexp_matches(s, '^[12][0-9]{3} *[-/.年] *[0-9]{1,2}月?$')
    then ymd(substr(s, 1, 4), regexp_extract(s, '^[0-9]{4} *[-/.年] *([0-9]{1,2})', 1), '1')
    when regexp_matches(s, '^20[0-9]{4}(\.0+)?$') then ymd(substr(s, 1, 4), substr(s, 5, 2), '1')
    when regexp_matches(s, '^[0-9]{1,2}月$') then ymd(cast(default_year as varchar), regexp_extract(s, '^([0-9]{1,2})', 1), '1')
    else cast(date_trunc('month', to_day(s, default_year)) as date) end)[1];

-- Free text for people: a mobile number keeps its first and last digits, an identity number its first six; raw keeps all.
create or replace temp macro masked(x) as regexp_replace(regexp_replace(x,
    '(^|[^0-9])([1-9][0-9]{5})(19|20)[0-9]{9}[0-9Xx]([^0-9]|$)', '\1\2************\4', 'g'),
    '(^|[^0-9])(1[3-9][0-9])[ -]?[0-9]{4}[ -]?([0-9]{4})([^0-9]|$)', '\1\2****\3\4', 'g');

-- Titles for comparison: without 【…】, site endings, signs and blanks.
create or replace temp macro plain_title(x) as nullif(regexp_replace(regexp_replace(lower(half_width(x)),
    '【[^】]*】|(_[^_]{1,12}){1,2}$|--[^-]{1,12}$', '', 'g'), '[^0-9a-z\x{3400}-\x{9fff}]', '', 'g'), '');

-- Captions as part of a key: only blanks, width and case are levelled; signs, 【上】 and emoji tell works apart.
create or replace temp macro to_caption(x) as case when regexp_matches(x, '^[0-9a-z\x{4e00}-\x{9fff}]+$') then x else nullif(regexp_replace(lower(half_width(x)), '[\s\x{200b}-\x{200f}\x{2060}\x{feff}]', '', 'g'), '') end;

-- Addresses for comparison: a WeChat article is its __biz, mid and idx; otherwise scheme, www., m., fragment and tracking go.
create or replace temp macro url_part(x, name) as nullif(regexp_extract(x, '[?&]' || name || '=([^&#]*)', 1), '');
create or replace temp macro wechat_article_id(x) as url_part(x, 'mid') || '_' || url_part(x, 'idx');
create or replace temp macro plain_url(u) as nullif(regexp_replace(regexp_replace(regexp_replace(u,
        '#.*$|^https?://(www\.|m\.)?', '', 'g'),
        '([?&])((utm_[a-z]+|chksm|scene|key|from|isappinstalled|share_token|tt_from|wm|commTag)=[^&]*&?)+', '\1', 'g'),
    '[?&/]+$', ''), '');
-- Redirects of Google and Bing carry the real address in their query; one that is no UTF-8 (DuckDB would stop) leaves the redirect as it is.
create or replace temp macro unwrapped_url(x) as case
    when regexp_matches(x, '//(www\.)?(google|bing)\.[a-z.]+/.*[?&]url=http') then coalesce(try(url_decode(url_part(x, 'url'))), to_url(x))
    else to_url(x) end;
create or replace temp macro canonical_url(x) as list_transform([unwrapped_url(x)], lambda u: case
    when regexp_matches(u, '//mp\.weixin\.qq\.com/.*[?&]mid=[0-9]+.*[?&]idx=[0-9]+|//mp\.weixin\.qq\.com/.*[?&]idx=[0-9]+.*[?&]mid=')
    then 'mp.weixin.qq.com/s?' || coalesce('__biz=' || url_part(u, '__biz') || '&', '')
        || 'mid=' || url_part(u, 'mid') || '&idx=' || url_part(u, 'idx')
    else plain_url(u) end)[1];

-- Normal distribution function, Abramowitz & Stegun 26.2.17, absolute error below 7.5e-8.
create or replace temp macro normal_tail(z) as list_transform([1 / (1 + 0.2316419 * abs(z))], lambda t:
    exp(-z * z / 2) * 0.3989422804014327 * t
    * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))))[1];
create or replace temp macro normal_cdf(z) as case when z >= 0 then 1 - normal_tail(z) else normal_tail(z) end;
-- How likely what is left reaches what is missing, when 80 % of the outcomes lie between rest / e^spread and rest * e^spread.
create or replace temp macro reach_chance(missing, rest, spread) as case
    when missing <= 0 then 1.0 when rest <= 0 then 0.0
    else normal_cdf(1.2816 * ln(rest / missing) / spread) end;

-- Figures in Chinese sentences: 254,940, 15.4, 10月31日, 进度正常, 后两个月.
create or replace temp macro grouped(n) as case when round(n) < 0 then '−' else '' end || reverse(regexp_replace(
    regexp_replace(reverse(cast(cast(round(abs(n)) as bigint) as varchar)), '([0-9]{3})', '\1,', 'g'), ',$', ''));
create or replace temp macro one_decimal(x) as case when round(x * 10) < 0 then '−' else '' end
    || grouped(floor(round(abs(x) * 10) / 10)) || '.' || cast(cast(round(abs(x) * 10) as bigint) % 10 as varchar);
create or replace temp macro plain_number(x) as case when round(x * 10) % 10 = 0 then grouped(x) else one_decimal(x) end;
create or replace temp macro month_day(d) as
    cast(date_part('month', d) as varchar) || '月' || cast(date_part('day', d) as varchar) || '日';
create or replace temp macro period_of(every, d) as cast(date_part('year', d) as varchar) || case every
    when 'month' then '-' || lpad(cast(date_part('month', d) as varchar), 2, '0')
    when 'quarter' then '-Q' || cast(cast(floor((date_part('month', d) + 2) / 3) as integer) as varchar)
    when 'half_year' then case when date_part('month', d) <= 6 then '-H1' else '-H2' end else '' end;
create or replace temp macro dated(d, this_year) as case when date_part('year', d) = this_year then ''
    else cast(date_part('year', d) as varchar) || '年' end || month_day(d);
create or replace temp macro status_words(s) as case s when 'met' then '已达成' when 'on_track' then '进度正常' when 'at_risk' then '有风险'
    when 'behind' then '进度滞后' when 'incomplete' then '数据不全' when 'no_baseline' then '无可比基数' else '无数据' end;
create or replace temp macro rest_of_year(d) as case
    when d <> last_day(d) then '后' || cast(make_date(cast(date_part('year', d) as integer), 12, 31) - d as varchar) || '天'
    when date_part('month', d) = 1 then '后十一个月'
    else '后' || substr('一两三四五六七八九十', 12 - cast(date_part('month', d) as integer), 1) || '个月' end;

-- WCI V14.2 with 转发 (清博's published formula): one of its four parts, from reads, 在看, 点赞, 转发.
create or replace temp macro wci_part(reads, wows, likes, forwards) as
    0.70 * ln(reads + 1) + 0.09 * ln(10 * wows + 1) + 0.06 * ln(10 * likes + 1) + 0.15 * ln(10 * forwards + 1);
create or replace temp macro wci_of(overall, average, headline, peak) as
    pow(0.6 * overall + 0.2 * average + 0.1 * headline + 0.1 * peak, 2) * 1.2 * 10;
