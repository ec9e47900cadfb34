" Rule files of Tally. The language server gives names their own colours beside these.
if exists('b:current_syntax')
  finish
endif
syntax case match
syntax iskeyword @,48-57,_,-

syntax match tallyField "\.\@1<=[A-Za-z][A-Za-z0-9_-]*"
syntax match tallyField "\<[A-Za-z][A-Za-z0-9_-]*\>\ze\s*:"
syntax keyword tallyDeclaration use amend type input let decision prove example
syntax keyword tallyRule when otherwise because unique longest given expect ignores for as any case at if
syntax keyword tallyOperator is not and or in starts ends like has length but else some every count min max
syntax keyword tallyType flag number text
syntax keyword tallyConstant on off set unset empty null
syntax match tallyNumber "\<\d[0-9_]*\>"
syntax match tallyNumber "\<\d[0-9_]*\.\.\(\d[0-9_]*\)\?"
syntax match tallyNumber "\.\.\d[0-9_]*"
syntax match tallyPointer "\%(\<at\s\+\)\@<=/[A-Za-z0-9_.~/-]*"
syntax match tallyEscape contained "\\\(u{[0-9a-fA-F]\+}\|.\)"
syntax match tallyInsertion contained "{[^{}\"]*}"
syntax region tallyText start=+"+ skip=+\\.+ end=+"+ oneline contains=tallyEscape,tallyInsertion,@Spell
syntax match tallyComment "#.*$" contains=@Spell,tallyTodo
syntax keyword tallyTodo contained TODO FIXME XXX

highlight default link tallyDeclaration Keyword
highlight default link tallyRule Statement
highlight default link tallyOperator Operator
highlight default link tallyType Type
highlight default link tallyConstant Constant
highlight default link tallyNumber Number
highlight default link tallyPointer String
highlight default link tallyText String
highlight default link tallyEscape SpecialChar
highlight default link tallyInsertion Special
highlight default link tallyComment Comment
highlight default link tallyTodo Todo
highlight default link tallyField Identifier

let b:current_syntax = 'tally'
