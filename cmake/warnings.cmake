# keratin_configure(target): the language level, warnings and sanitizers of everything that is ours.
function(keratin_configure target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off)
  # g++ 12 sees overlapping or endless copies in sums of strings (GCC bug 105651).
  target_compile_options(${target} PRIVATE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow>")
  if(KERATIN_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(KERATIN_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${KERATIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${KERATIN_SANITIZE})
  endif()
endfunction()
