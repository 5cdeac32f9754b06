;;; scenario.el -- words for the tests of main.mjs  -*- lexical-binding: t -*-

(require 'eglot)
(require 'flymake)
(setq eglot-connect-timeout 20
      eglot-sync-connect 20
      eglot-confirm-server-initiated-edits nil
      eglot-autoshutdown t
      coding-system-for-write 'utf-8)
(set-language-environment "UTF-8")

(defun say (format &rest args)
  (princ (concat (apply #'format format args) "\n")))

(defun pass (seconds)
  "Let events come for SECONDS."
  (let ((end (+ (float-time) seconds)))
    (while (< (float-time) end)
      (accept-process-output nil 0.02))))

(defun until (what test)
  "Let events come until TEST gives something."
  (let ((end (+ (float-time) 15)) value)
    (while (not (setq value (funcall test)))
      (when (> (float-time) end)
        (error "This did not happen: %s\n%s" what (buffer-string)))
      (accept-process-output nil 0.02))
    value))

(defun looking-for (text)
  (save-excursion (goto-char (point-min)) (search-forward text nil t)))

(defun wait-for (text)
  (until text (lambda () (looking-for text))))

(defun goto (text)
  (goto-char (point-min))
  (search-forward text)
  (goto-char (match-beginning 0)))

(defun diagnostics ()
  (until "diagnostics" #'flymake-diagnostics))

(defun act (title)
  "Do the code action at point whose title begins with TITLE."
  (let* ((actions (eglot-code-actions (point) (line-end-position)))
         (found (seq-find (lambda (action) (string-prefix-p title (plist-get action :title)))
                          actions)))
    (unless found
      (error "No action %s in %S" title (mapcar (lambda (a) (plist-get a :title)) actions)))
    (let ((edit (plist-get found :edit))
          (command (plist-get found :command)))
      (if edit
          (eglot--apply-workspace-edit edit)
        (eglot-execute-command (eglot-current-server)
                               (plist-get command :command)
                               (plist-get command :arguments))))))

(defun print-text ()
  (princ (format "TEXT\n%s\nEND\n" (buffer-string))))

(defmacro trimtab-scenario (&rest body)
  `(progn
     (find-file "payments.py")
     (buffer-enable-undo)
     (call-interactively #'eglot)
     ,@body
     (set-buffer-modified-p nil)
     (eglot-shutdown (eglot-current-server))
     (kill-emacs 0)))
