;;; tally-mode.el --- Rule files of Tally, with eglot  -*- lexical-binding: t; -*-

;;; Commentary:

;; (load "/path/to/tally-mode.el")
;; M-x eglot in a rule file starts `tally lsp'; to start it always:
;; (add-hook 'tally-mode-hook #'eglot-ensure)

;;; Code:

(defvar tally-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?_ "_" table)
    table))

(defvar tally-font-lock-keywords
  (list
   (cons (regexp-opt '("use" "amend" "type" "input" "let" "decision" "prove" "example" "for" "when" "because"
                       "otherwise" "unique" "longest" "given" "expect" "ignores" "is" "not" "and" "or" "in" "starts"
                       "else" "at" "if" "as")
                     'symbols)
         'font-lock-keyword-face)
   (cons (regexp-opt '("flag" "number" "text") 'symbols) 'font-lock-type-face)
   (cons (regexp-opt '("on" "off" "set" "unset" "empty") 'symbols) 'font-lock-constant-face)))

;;;###autoload
(define-derived-mode tally-mode prog-mode "Tally"
  "Major mode for rule files of Tally."
  (setq-local comment-start "# ")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(tally-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.tally\\'" . tally-mode))

(defun tally--show (command)
  "Run COMMAND of the server for this file, and show its answer."
  (let ((answer (eglot-execute-command (eglot-current-server) command
                                       (vector (list :uri (eglot--path-to-uri buffer-file-name))))))
    (with-current-buffer (get-buffer-create "*tally*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert answer)
        (goto-char (point-min)))
      (special-mode)
      (display-buffer (current-buffer)))))

(defun tally-table () "Show the truth tables of this file." (interactive) (tally--show "tally.table"))
(defun tally-matrix () "Show which settings matter." (interactive) (tally--show "tally.matrix"))
(defun tally-unnoticed () "Show the edits that nothing notices." (interactive) (tally--show "tally.unnoticed"))
(defun tally-diff-head () "Show what changed since the last commit." (interactive) (tally--show "tally.diffHead"))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(tally-mode . ("tally" "lsp"))))

(provide 'tally-mode)
;;; tally-mode.el ends here
