;;; test.el --- Drives Emacs with `tally lsp': scripts/editors runs it  -*- lexical-binding: t; -*-
;; It ends with an error at the first thing that is not as it should be.
(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'eglot)
(load (expand-file-name "editors/emacs/tally-mode.el"))
(setq eglot-sync-connect 20
      eglot-server-programs (list (cons 'tally-mode (list (getenv "TALLY") "lsp"))))

(defun hold (what done)
  "Wait until DONE returns something, and print WHAT."
  (let ((n 0))
    (while (and (< n 200) (not (funcall done)))
      (accept-process-output nil 0.1)
      (setq n (1+ n))))
  (unless (funcall done) (error "there is no %s" what))
  (message "ok %s" what))

(let* ((folder (make-temp-file "tally" t))
       (file (expand-file-name "a.tally" folder)))
  (with-temp-file file
    (insert "type network = onnet | offnet\ninput source : network\ndecision d : flag {\n"
            "  on     when source is onnet\n}\n"))
  (find-file file)
  (hold "mode" (lambda () (eq major-mode 'tally-mode)))
  (apply #'eglot (eglot--guess-contact))
  (hold "gap" (lambda () (cl-some (lambda (each) (string-match-p "T401" (flymake-diagnostic-text each)))
                                  (flymake-diagnostics))))
  (eglot-format-buffer)
  (hold "format" (lambda () (string-match-p "^  on  when source is onnet$" (buffer-string))))
  (goto-char (point-min))
  (search-forward "when source")
  (eglot-rename "from")
  (hold "rename" (lambda () (string-match-p "^input from : network at /source$" (buffer-string))))
  (tally-table)
  (hold "table" (lambda () (string-match-p "| onnet " (with-current-buffer "*tally*" (buffer-string)))))
  (eglot-shutdown (eglot-current-server))
  (delete-directory folder t))
;;; test.el ends here
