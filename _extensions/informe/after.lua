-- Runs on what Quarto made of its constructs: parts, questions, outputs and formulas for the PDF; fonts and scripts for the pages.
local typst = quarto.doc.is_format("typst")
local function raw(text) return pandoc.RawBlock("typst", text) end
local function quoted(text) return '"' .. text:gsub("[\\\"]", "\\%0"):gsub("\n", "\\n") .. '"' end

if quarto.doc.is_format("html") then
  local resources = {}
  for face in ("serif-400 serif-400i serif-600 titular-480 sans-400 sans-400i sans-600 mono-400 mono-400i mono-600 math-400"):gmatch("%S+") do
    table.insert(resources, { name = face .. ".woff2", path = "fonts/" .. face .. ".woff2" })
  end
  -- figures.js finds plotly.min.js, which the pre-render hook copies out of the Python package, beside itself.
  table.insert(resources, { name = "plotly.min.js", path = "plotly.min.js" })
  local scripts = {}
  for _, name in ipairs({ "interface.js", "reading.js", "figures.js" }) do table.insert(scripts, { name = name, path = name }) end
  quarto.doc.add_html_dependency({ name = "informe", version = "0.3.0", resources = resources, scripts = scripts,
    stylesheets = { { name = "fonts.css", path = "fonts/fonts.css" } } })
end

-- Parts and the start of the appendices, as calls of the template's functions.
local function Header(el)
  local state = quarto.doc.file_metadata()
  local file = state and state.file
  if not typst or el.level ~= 1 or not file then return nil end
  if file.bookItemType == "part" then
    return pandoc.Plain(pandoc.Inlines({ pandoc.RawInline("typst", "#part[") }) .. el.content .. { pandoc.RawInline("typst", "]") })
  elseif file.bookItemType == "appendix" and el.classes:includes("unnumbered") then
    return raw("#show: appendices")
  end
end

-- `::: {.question title="Actividad 6"}`; what a cell prints; nothing else of Quarto's is changed.
local function Div(el)
  if el.classes:includes("question") then
    local title = el.attributes.title or ""
    el.attributes.title = nil
    if typst then
      return pandoc.Blocks({ raw("#question(" .. quoted(title) .. ")[") }) .. el.content .. { raw("]") }
    end
    el.content:insert(1, pandoc.Para({ pandoc.Span(title, { class = "label" }) }))
    return el
  elseif typst and el.classes:includes("cell-output") then
    -- A listing, which names its language, keeps its colours.
    return el:walk({ CodeBlock = function(code)
      if #code.classes == 0 then return raw("#output(" .. quoted(code.text) .. ")") end
    end })
  elseif typst and el.classes:includes("cell") then
    local code, next = el.content[1], el.content[2]
    if code and next and code.t == "CodeBlock" and next.t == "Div" and next.content[1] and next.content[1].t == "RawBlock" then
      el.content:insert(1, raw("#printing["))
      el.content:insert(3, raw("]"))
      return el
    end
  end
end

local function Span(el)
  if typst and el.classes:includes("provenance") then
    return pandoc.Inlines({ pandoc.RawInline("typst", "#provenance[") }) .. el.content .. { pandoc.RawInline("typst", "]") }
  end
end

-- A formula carries its TeX as alternative text: PDF/UA asks for one, and Quarto writes it only where the author repeats it.
local function Inlines(inlines)
  if not typst then return nil end
  local out, labelled = pandoc.Inlines({}), false
  for _, el in ipairs(inlines) do
    if el.t == "RawInline" and el.text:match("^#math%.equation%(") then
      labelled = true
      out:insert(el)
    elseif el.t == "Math" then
      local alt = "alt: " .. quoted(el.text:match("^%s*(.-)%s*$")) .. ", "
      if labelled then
        local call = out[#out]
        if not call.text:find("alt:", 1, true) then call.text = call.text:gsub("%[ $", function() return alt .. "[ " end) end
        out:insert(el)
      else
        out:insert(pandoc.RawInline("typst", "#math.equation(block: " .. tostring(el.mathtype == "DisplayMath") .. ", " .. alt .. "["))
        out:insert(el)
        out:insert(pandoc.RawInline("typst", "])"))
      end
      labelled = false
    else
      out:insert(el)
    end
  end
  return out
end

return quarto.utils.combineFilters({ quarto.utils.file_metadata_filter(), { Header = Header, Div = Div, Span = Span, Inlines = Inlines } })
